"""Word lists and sentence rules, all written for this generator.

Honest and hostile traffic use the same rules.
"""

from collections.abc import Callable

from .dice import Random

Rule = list[str] | Callable[[Random], str]


def spread(line: str) -> list[str]:
    """The words of one line."""
    return line.split()


def num(lo: int, hi: int) -> Callable[[Random], str]:
    return lambda R: str(R.randint(lo, hi))


def money(R: Random) -> str:
    return f"{R.choice(['$', '€', '£', ''])}{R.randint(2, 9000)}{R.choice(['', '.50', '.99', 'k'])}"


SYL = spread(
    "ba be bo ca co da de di do fa fi ga go ha hi ja jo ka ke ko la le li lo ma me mi mo na ne no pa pe ra re ri ro sa se si so ta te ti to va ve vi vo za zo"
)


def brand(R: Random) -> str:
    return "".join(R.choice(SYL) for _ in range(R.randint(2, 3))).capitalize() + R.choice(
        ["", "", "ly", "io", " Labs", "soft", "hub", "works", " AI", "desk"]
    )


def ident(R: Random) -> str:
    a = R.choice(
        spread(
            "load parse merge fetch build sync apply find count render check send split update index rank trim route pack score"
        )
    )
    b = R.choice(
        spread(
            "user order invoice cart token page queue cache report batch config event ticket file node route price ledger"
        )
    )
    return R.choice([f"{a}_{b}", f"{a}{b.capitalize()}", f"{a}_{b}s", f"{b}_{a}er"])


RULES: dict[str, Rule] = {
    "n1": num(2, 9),
    "n2": num(11, 99),
    "n3": num(101, 980),
    "n4": num(1200, 98000),
    "money": money,
    "brand": brand,
    "ident": ident,
    "name": spread(
        "Amara Jonas Mei Luca Priya Tomas Elif Noor Diego Hanna Kofi Sara Ivan Chloe Ravi Aiko Omar Greta Thabo Lucia Minh Zofia Pedro Yara"
    ),
    "city": spread(
        "Lisbon Lagos Pune Osaka Denver Lyon Quito Hanoi Leeds Kazan Perth Izmir Cebu Turin Graz Accra Lima Busan Tampa Malmö Tunis Recife"
    ),
    "lang": [
        "Python",
        "TypeScript",
        "Rust",
        "Go",
        "Java",
        "C++",
        "SQL",
        "Kotlin",
        "PHP",
        "bash",
        "R",
        "C#",
    ],
    "lib": spread(
        "pandas React FastAPI Django Spring numpy PyTorch Next.js Express tokio pytest Terraform Redis Kafka Postgres dbt Airflow Vue Laravel"
    ),
    "food": [
        "lentil soup",
        "sourdough",
        "chicken thighs",
        "tofu curry",
        "a birthday cake",
        "pickled onions",
        "gluten free pasta",
        "rice and beans",
        "ramen eggs",
    ],
    "pet": ["cat", "puppy", "budgie", "rabbit", "old dog", "hamster"],
    "job": [
        "nurse",
        "warehouse lead",
        "junior developer",
        "sales manager",
        "primary teacher",
        "accountant",
        "barista",
        "project engineer",
        "paralegal",
        "product owner",
    ],
    "subject": [
        "photosynthesis",
        "the French Revolution",
        "linear algebra",
        "supply and demand",
        "Newton's laws",
        "cell division",
        "probability",
        "the Cold War",
        "organic chemistry naming",
        "recursion",
        "monetary policy",
        "plate tectonics",
        "Hamlet",
        "eigenvalues",
        "the nitrogen cycle",
        "Bayes' theorem",
        "Kant's ethics",
        "binary search trees",
        "electromagnetic induction",
        "game theory",
        "the immune system",
        "Ohm's law",
        "statistical tests",
    ],
    "gadget": [
        "dishwasher",
        "router",
        "gravel bike",
        "3D printer",
        "heat pump",
        "laptop battery",
        "espresso machine",
        "phone camera",
        "car radio",
    ],
    "everyday": [
        "{how do i|what's the best way to|can you help me|i need to} {cook|freeze|season|rescue} <food>{?| without an oven?| for <n1> people| i only have <n2> minutes}",
        "my <pet> {keeps|won't stop|started} {sneezing|scratching|waking me at <n1> am|eating grass}, {is that normal|should i worry|what can i do}?",
        "plan {a|me a} <n1> day trip {to|around} <city> {with kids|on a budget of <money>|in november|without a car}",
        "{my|the} <gadget> {makes a weird noise|died after <n1> years|shows error E<n2>|leaks}. {what should i check first|repair or replace?|how much should a repair cost}",
        "what {film|book|game|podcast} is like {the one|something} {about|with} {time loops|a heist|cooking|old detectives|space miners|sad robots}",
        "is <money> a fair {price|rent|salary} for {a <job>|a flat|a used <gadget>} in <city>",
        "gift ideas for my {mum|boss|<n2> year old|flatmate} who likes {climbing|tea|plants|chess|metal music}, max <money>",
        "{explain|what is} {inflation|a mortgage|cholesterol|5G|compound interest|a VPN|leap seconds} {like i'm five|simply|in two lines|with an example}",
        "{i had a fight with|how do i talk to} my {sister|landlord|roommate|coworker} about {money|noise|chores|the holidays}",
        "i slept <n1> hours {and feel awful|again}, {tips|what helps|coffee or nap}?",
        "{write|make} a {short|funny|rhyming} {poem|toast|birthday message} for <name> who {moves to <city>|turns <n2>|passed the exam|is retiring as a <job>}",
        "{workout|stretching|running} plan for {a beginner|someone with a bad knee|<n1> days a week}",
    ],
    "writing": [
        '{rewrite|improve|shorten|make friendlier} {this email|the text below|my message}: "{hi|dear} <name>, {about the|regarding the|following up on the} <deal>, {we|i} {can\'t make|still wait for|would like to move} {the date|the payment|our call}. <doc>"',
        "{write|draft} {a polite|a firm|a short} {email|letter|note} to {my landlord|a supplier|<name> in HR|a client} {about|regarding} <deal>",
        "{cover letter|linkedin summary|cv bullet points} for a <job> {with <n1> years of experience|changing careers|returning after parental leave} {in <city>|}",
        "{proofread|fix the grammar in|check} this paragraph {and keep my tone|, british english|}: <doc>",
        "{blog post|newsletter intro|product description|instagram caption} {about|for} {our <gadget> sale|<brand>|a small bakery in <city>|<food>}, {max <n3> words|casual tone|no emojis please}",
        "{summarise|tl;dr|give me the key points of} this {article|memo|thread}: <doc> <doc>",
        "what are <n1> {better|catchier|less boring} titles for: <doc>",
    ],
    "deal": [
        "a late invoice",
        "the office lease",
        "a refund of <money>",
        "the <brand> contract",
        "moving the meeting",
        "a damaged delivery",
        "the deposit",
        "overtime in march",
        "a quote for <n2> units",
    ],
    "study": [
        "{explain|help me understand|what's the intuition behind} <subject> {for my exam|with an example|step by step|at high school level|in simple words}",
        "{quiz me on|make <n1> flashcards about|give me practice questions on} <subject>",
        "{is this right|check my answer}: <doc> {topic is|about} <subject>",
        "i have an exam on <subject> in <n1> days, {make a plan|what matters most|where do i start}",
        "{outline|thesis statement|introduction} for an essay {on|about} <subject>{, <n3> words|}",
        "what's the difference between <subject> and <subject>?",
        "{solve|how do i solve} this: <mathq>",
    ],
    "coding": [
        "{why does|any idea why} this {fail|return None|hang|crash} {with|in} <lib>?\n```\n<code>\n```",
        "write a <lang> {function|script|snippet} that {reads a csv and groups by <ident>|retries http calls with backoff|deduplicates a list of dicts|watches a folder|converts timestamps to UTC|validates an IBAN}",
        "{how do i|what's the idiomatic way to} {mock|debug|profile|cache|paginate|type} {a <lib> call|an async function|<ident>} in <lang>",
        "{refactor|simplify|add types to|write tests for} this:\n```\n<code>\n```",
        "getting `<err>` after upgrading <lib> to <n1>.<n2>, {what changed|how to fix|rollback?}",
        "{explain|what does} this regex {do|match}: ^<ident>-\\d+$",
        "{docker|github actions|nginx|systemd} config for a <lang> app {behind a proxy|with <lib>|on a small vps}",
        "sql: {top <n1>|average|running total of} <ident> per {month|customer|region} {with gaps filled|excluding refunds|}",
        "code review please, {be brief|focus on bugs|security only}:\n<code>",
    ],
    "business": [
        "{make|build} a {swot|pricing table|pitch outline|faq} for {a <brand>-style startup|our <gadget> rental|a tutoring service in <city>}",
        'reply to this {review|complaint|ticket}: "<doc>"',
        "{turn these notes into|write} {meeting minutes|a status update|action items}: <doc> <doc>",
        "{excel|sheets} formula to {sum|count|look up} <ident> where {date is this month|status is open|value > <n3>}",
        "{job ad|interview questions|onboarding checklist} for a <job>",
        "{translate|put} into {German|Spanish|French|Polish|Japanese} {for a customer|formal}: <doc>",
        "what are the {tax|legal|shipping} basics when selling {to|from} {the EU|Canada|Brazil} as a {sole trader|small company}?",
    ],
    "creative": [
        "continue the story: {the door|the train|<name>} {opened|stopped|smiled} {and|but} {nobody was there|the sea was gone|the clock ran backwards}. <doc>",
        "you are {a tavern keeper|my rival|the ship's computer|an elven judge}. {i walk in|i ask for help|i draw my sword}. {stay in character|}",
        "{character|world|plot} ideas for a {cozy|noir|sci-fi|horror} {novel|campaign|short film} set in <city>",
        "{haiku|limerick|rap verse} about {deadlines|my <pet>|<food>|<city> in rain}",
        "name <n1> {villains|taverns|spaceships|starter monsters}",
    ],
    # documents --------------------------------------------------------------------------------
    "doc": ["<s_any> <s_any>", "<s_any> <s_any> <s_any>", "<s_any>"],
    "s_any": ["<s_biz>", "<s_biz>", "<s_sup>", "<s_sci>", "<s_med>", "<s_law>", "<s_fin>"],
    "s_biz": [
        "{The|Our} {team|warehouse|board|vendor} {reported|expects|confirmed} {a delay of <n1> weeks|<n3> units|lower costs|a new contract} {in|for} {Q<n1>|<city>|the <brand> account}.",
        "<name> {asked|reminded|told} {us|the office} {to ship|to review|not to cancel} {the order|<deal>} {before Friday|this week|by noon}.",
        "{Sales|Traffic|Churn} {rose|fell} by <n2> percent {after|before|during} {the launch|the campaign|the holidays}.",
    ],
    "s_sup": [
        "{I ordered|My daughter bought} a <gadget> {on the <n1>th|last week|in <city>} and {it never arrived|the box was empty|it stopped working}.",
        "{The app|Your website|The <brand> portal} {logs me out|charged me <money> twice|shows error <n3>} {every time|since the update|on my phone}.",
        "{Please|Could you} {refund me|send a replacement|call me back|cancel it}{, order <n4>|}.",
        "{Great service|Friendly staff|Fast reply}, {thanks <name>|will buy again|five stars}.",
    ],
    "s_sci": [
        "{The|This} {sample|catalyst|membrane|model} {reached|lost|kept} <n2> percent of its {mass|charge|accuracy} {at <n3> K|after <n2> hours|under load}.",
        "{We|The authors} {observed|measured|simulated} <subject> {in|across} <n2> {sites|cohorts|runs} and {found no effect|saw a threshold at <n3>}.",
    ],
    "s_med": [
        "Patient{ aged <n2>|, <n2>,} {presents with|reports} {chest pain|a dry cough|dizziness|a rash} {for <n1> days|after exercise|at night}.",
        "{Started|Stopped|Increased} {metformin|ibuprofen|amlodipine} <n3> mg, {review in <n1> weeks|no side effects|bloods pending}.",
    ],
    "s_law": [
        "The {tenant|licensee|buyer} shall {notify|indemnify|pay} the {landlord|licensor|seller} within <n2> days{ of receipt| of any breach|}.",
        "{Clause|Section} <n1>.<n2> {limits liability to|excludes|requires} {<money>|indirect loss|written notice}.",
    ],
    "s_fin": [
        "{Revenue|EBITDA|Net debt} {grew|fell|stood} {to|at} <n3> million{, up <n2> percent|} {on weaker demand|year on year|after the disposal}.",
        "{The fund|<brand>} {trimmed|added to} its {bond|equity|copper} position {ahead of|after} {the rate decision|earnings}.",
    ],
    "err": [
        "TypeError: <ident>() takes <n1> positional arguments",
        "KeyError: '<ident>'",
        "ECONNREFUSED 127.0.0.1:<n4>",
        "borrow of moved value: `<ident>`",
        "NullPointerException at <ident>.java:<n3>",
        "ModuleNotFoundError: <lib>",
        "deadlock detected on <ident>",
        "CUDA out of memory (<n3> MiB)",
        "undefined is not a function (<ident>)",
        "segfault in <ident>.so",
    ],
    "code": [
        "def <ident>(rows, key):\n    out = «»\n    for r in rows:\n        out.setdefault(r[key], []).append(r['<ident>'])\n    return out",
        "async function <ident>(id) «\n  const res = await fetch(`/api/<ident>/$«id»`);\n  if (!res.ok) throw new Error('<err>');\n  return res.json();\n»",
        "fn <ident>(xs: &[u64], k: usize) -> Option<u64> «\n    let mut v = xs.to_vec();\n    v.sort_unstable();\n    v.get(k).copied()\n»",
        "SELECT c.region, SUM(o.<ident>) FROM orders o JOIN customers c ON c.id = o.cid WHERE o.day > '2026-0<n1>-<n2>' GROUP BY 1",
        "class <ident>:\n    def __init__(self, limit=<n3>):\n        self.limit = limit\n        self.items = []\n\n    def push(self, x):\n        if len(self.items) > self.limit:\n            raise ValueError('<err>')\n        self.items.append(x)",
        "func <ident>(ctx context.Context, n int) error «\n\tfor i := 0; i < n; i++ «\n\t\tif err := <ident>(ctx, i); err != nil «\n\t\t\treturn err\n\t\t»\n\t»\n\treturn nil\n»",
    ],
    "path": [
        "src/<ident>.py",
        "lib/<ident>/index.ts",
        "pkg/<ident>/<ident>.go",
        "crates/<ident>/src/lib.rs",
        "tests/test_<ident>.py",
        "app/models/<ident>.rb",
    ],
    # item bank (questions with checkable answers, wanted by benchmarkers, tutors and harvesters alike) ----------
    "mathq": [
        "{A tank|A pool|A silo} {fills|drains} at <n2> litres per minute and {leaks|gains} <n1> litres per minute. {How long until it holds|When does it reach} <n3> litres?",
        "Find all {integers|real numbers} x with x^2 - <n2>x + <n3> = 0 {and x > <n1>|}.",
        "{How many|Count the} {ways to arrange|subsets of size <n1> from} <n2> {books|distinct letters} {if two must stay together|with no two adjacent|}?",
        "A die is rolled <n1> times. What is the probability that the sum {exceeds <n2>|is even|is divisible by <n1>}?",
        "Compute the {sum|product|remainder mod <n2>} of {the first <n2> odd numbers|<n3>^<n1>|<n2>! / <n1>!}.",
        "{Evaluate|Integrate} f(x) = x^<n1> e^(-<n1>x) {from 0 to infinity|on [0, <n1>]}.",
        "<name> buys <n1> {pens|tickets} at <money> and <n2> {books|snacks} at <money>, with a <n2>% discount. What does <name> pay?",
        "Prove that {n^<n1> - n is divisible by <n1>|a graph with <n2> vertices and no triangle has at most n^2/4 edges|the sequence a(n+1)=a(n)/2+<n1> converges}.",
    ],
    "logicq": [
        "{Five|Four|Six} {friends|houses} in a row: <name> is left of <name>, <name> is not at an end, {the cyclist drinks tea|the baker lives next to <name>}. Who is third?",
        "{Three boxes are labelled wrongly|On an island of knights and liars}, <name> says: {at least <n1> of us lie|<name> is lying|box <n1> holds gold}. What follows?",
        "If all {bloops|mirks} are {razzies|tolls} and some {razzies|tolls} are {lazzies|gims}, which statements must hold? {Give a counterexample if none.|}",
    ],
    "sciq": [
        "A {block|cart|satellite} of mass <n2> kg {slides|moves} {down a <n2> degree slope|at <n1> km/s|against friction <n1>.<n2> N}. Find {its speed after <n1> s|the work done|the period}.",
        "{Why does|Explain quantitatively how} <subject> {depend on temperature|fail at small scales|change under pressure}?",
        "Balance and {classify|find the yield of} the reaction of {<n2> g of zinc|<n1> mol of propane|iron oxide} {with acid|in oxygen}.",
        "Which {gene|enzyme|receptor} variant best explains {a <n2>% drop in activity|loss of binding at pH <n1>}? Justify.",
    ],
    "codeq": [
        "Write a {function|program} `<ident>` in <lang> that {returns the k-th smallest element of two sorted arrays|evaluates arithmetic expressions with parentheses|finds the longest palindromic subsequence|implements an LRU cache with ttl|merges overlapping intervals|serialises a binary tree}. {Constraints: n <= <n4>.|Include edge cases.|}",
        "Given the repository layout <path>, <path>, <path>, {implement|fix} `<ident>` so that {all tests pass|<err> no longer occurs|it runs in O(n log n)}.",
        "{Optimise|Rewrite} this {kernel|loop|query} {for shared memory tiling|to avoid bank conflicts|with vectorised loads of <n1>|}:\n<code>",
    ],
    "lawq": [
        "{A tenant|A supplier|An employee} {withholds|refuses|delays} {rent|delivery|notice} after {a defect|a price change|a merger}. {Which remedies exist|Advise the parties|What must be shown} under {contract law|the lease|consumer law}? Facts: <s_law> <s_law>",
        "{Draft|Assess} a {limitation of liability|non-compete|data processing} clause for {a SaaS vendor|a <job>|<brand>}, {given|assuming} <s_law>",
    ],
    "finq": [
        "{Value|Hedge|Stress} a {bond|swap|portfolio} with {coupon <n1>%|duration <n1>|beta 1.<n2>} {if rates rise <n2> bp|when the curve inverts}. <s_fin>",
        "{Analyse|Interpret} these figures and give {drivers|risks|insights}: <s_fin> <s_fin> <s_fin>",
    ],
    "medq": [
        "<s_med> <s_med> {Differential diagnosis?|Next best step?|What would you rule out first?}",
        "{Which|What} {dose adjustment|interaction|contraindication} matters here: <s_med>",
    ],
    "supq": [
        '{Handle|Answer} this customer: "<s_sup> <s_sup>" {Policy: refunds within <n2> days.|Be concise.|}',
        'Customer {is angry|asks twice|wants a human}: "<s_sup>" {Write the next agent turn.|What do you reply?}',
    ],
    "agentq": [
        "{Fix|Resolve|Investigate} the failing test in <path>: <err>",
        "{Add|Implement} {pagination|retry logic|a feature flag|rate limiting} {to|in} <path> and {run the tests|update the docs|open a patch}.",
        "{Migrate|Refactor} <path> from <lib> to <lib> without changing `<ident>`.",
        "{Reproduce|Bisect} issue #<n4>: <err> when {<ident> is empty|two workers start|locale is not English}.",
    ],
    "anyq": [
        "<mathq>",
        "<mathq>",
        "<logicq>",
        "<sciq>",
        "<codeq>",
        "<codeq>",
        "<lawq>",
        "<finq>",
        "<medq>",
        "<supq>",
    ],
    "sensq": [
        "{Write|Draft|Summarise} {both sides of|the debate about|an op-ed on} {a contested election|a protest crackdown|border policy|drug laws|press freedom|a historic massacre|vaccine mandates} in <city>{ for a blog|}.",
        "{What do people say about|Is it fair to criticise} {the ruling party|a religious court|police budgets|gun ownership|a separatist movement}?",
    ],
    "item": ["<anyq>"],
    "seed": [
        "<subject>",
        "a <gadget> shop",
        "<lib>",
        "<job> work",
        "string algorithms",
        "graph search",
        "parsers",
        "probability",
        "contract clauses",
        "SQL tuning",
        "concurrency bugs",
        "support dialogues",
    ],
    "domain": spread(
        "legal finance medical data marketing security supply-chain tax insurance backend"
    ),
    "guigoal": ["find order <n4>", "book a table in <city>", "export the report"],
    # step fragments used in answers --------------------------------------------------------------
    "step": [
        "{First|Next|Then|Now}, {note that|observe that|we use that|consider that} {<n2> {times|plus|minus} <n1>|the constraint|the second case|<subject>} {gives|implies|reduces to} {<n3>|a contradiction|the same form|the bound}.",
        "{Substituting|Checking|Comparing} {the values|both sides|case <n1>} {yields|leaves|shows} {<n3>|x = <n2>|no remainder}.",
        "{Wait|Hmm|Actually}, {the sign|case <n1>|the unit} {should be|needs} {checked|reversed|handled} {again|first}.",
    ],
    "prose": [
        "{In short|Broadly|In practice|Overall}, {this depends on|the main point is|you can start with|it helps to compare} {the context|<subject>|the budget|your constraints|the timing}.",
        "{You may|You should|A good rule is to} {check|compare|keep} {the details|the <gadget>|a margin of <n2>%|the deadline} {before you decide|first|as well}.",
        "{For example|Also|On the other hand}, {a smaller|a cheaper|an earlier} {option|step|draft} {often works|saves time|avoids <deal>}.",
    ],
}
