"""Topics, names, phrases and code words of which every text is made."""

from .draws import words

DOMAINS = {
    "cooking": "sourdough starter|braised lamb|knife sharpening|pressure canning|risotto|fermented chilli sauce|gluten free pancakes|meal prep for one|cast iron seasoning|vegan cheesecake",
    "health": "lower back pain|iron deficiency|sleep apnoea|running with asthma|vitamin D|migraine diary|physiotherapy after knee surgery|reading a blood test|hay fever|stress and appetite",
    "law": "tenant deposit dispute|non-compete clause|power of attorney|small claims procedure|trademark opposition|data protection request|employment probation|inheritance waiver|force majeure|shareholder agreement",
    "finance": "index funds|mortgage refinancing|bond duration|option delta hedging|cash flow forecast|deferred tax|currency hedging|working capital|pension transfer|credit default risk",
    "math": "eigenvalues|binomial coefficients|convergence of series|Bayes theorem|graph colouring|modular arithmetic|Lagrange multipliers|markov chains|triangle inequality|generating functions",
    "physics": "angular momentum|heat pumps|superconductivity|projectile motion|gravitational lensing|entropy|Doppler effect|semiconductor band gap|buoyancy|quantum tunnelling",
    "biology": "mitochondria|CRISPR screening|plant grafting|enzyme kinetics|bird migration|photosynthesis|antibiotic resistance|gut flora|protein folding|soil fungi",
    "history": "the Hanseatic league|printing press|Ottoman reforms|Silk Road trade|Weimar inflation|the Suez crisis|Meiji restoration|Roman aqueducts|the Black Death|decolonisation of Ghana",
    "coding": "pagination|race condition|memory leak|retry with backoff|foreign key migration|dependency injection|rate limiter|websocket reconnect|date parsing|unit test fixtures",
    "devops": "kubernetes ingress|terraform state|docker layer cache|log rotation|blue green deployment|certificate renewal|postgres replication|prometheus alert rules|cron job monitoring|secret rotation",
    "data": "sales dashboard|customer churn|outlier detection|window functions|A/B test power|missing values|time series seasonality|cohort retention|deduplication of records|geospatial join",
    "ml": "gradient checkpointing|tokenizer training|learning rate warmup|mixture of experts|reward model|data deduplication|kernel fusion|quantisation|evaluation harness|distributed training",
    "marketing": "newsletter subject lines|landing page copy|brand voice|influencer brief|seo meta descriptions|launch plan|customer persona|press release|pricing page|webinar follow-up",
    "hr": "job advert|performance review|onboarding checklist|exit interview|salary bands|remote work policy|interview questions|team conflict|training plan|parental leave",
    "travel": "three days in Lisbon|train across Poland|visa for a stopover|hiking in Patagonia|family trip to Osaka|packing for Iceland|night bus safety|car hire in Sicily|ferry timetable|camping with kids",
    "support": "delayed parcel|refund request|password reset|double charge|broken zip|subscription cancellation|wrong size|missing invoice|login loop|warranty claim",
    "education": "lesson plan on fractions|essay outline|reading comprehension|spelling practice|science fair|exam timetable|group work rubric|vocabulary cards|debate motion|homework feedback",
    "gaming": "boss fight design|loot tables|dungeon master notes|speedrun route|character backstory|level balancing|card game rules|chess opening|quest dialogue|world map lore",
    "writing": "short story opening|wedding speech|cover letter|poem about autumn|grant summary|novel chapter|dialogue scene|blog introduction|obituary|thank-you note",
    "home": "damp in the cellar|balcony garden|boiler pressure|squeaky floor|induction hob wiring|paint for bathrooms|bike repair|tomato blight|dog training|cat vomiting",
    "security": "phishing report|tls pinning|buffer overflow exercise|sandbox escape write-up|password policy|log4j check|threat model|capture the flag crypto|firewall rules|oauth scopes",
    "policy": "housing subsidy|election coverage|press freedom|border protests|carbon tax|police reform|vaccine mandate|language law|pension age|media ownership",
}
DOMAINS = {k: v.split("|") for k, v in DOMAINS.items()}
DOMS = list(DOMAINS)
ALLT = [(d, t) for d in DOMS for t in DOMAINS[d]]
PLACES = words(
    "Leeds|Turin|Porto|Kraków|Austin|Nairobi|Pune|Osaka|Lyon|Denver|Tampere|Quito|Hanoi|Perth|Ghent|Izmir|Cork|Busan|Recife|Graz"
)
NAMES = words(
    "Ana|Tom|Mei|Jonas|Priya|Omar|Lucía|Kofi|Elif|Noah|Yuki|Sara|Ivan|Chloé|Diego|Hana|Paul|Zoe|Amir|Marta|Ben|Ines|Lars|Nia"
)
ROLES = words(
    "nurse|teacher|plumber|product manager|landlord|student|data analyst|shop owner|engineer|translator|researcher|accountant|designer|parent|consultant|editor|founder|farmer|lawyer|chef"
)
LANGN = {
    "en": "English",
    "es": "Spanish",
    "de": "German",
    "fr": "French",
    "pt": "Portuguese",
    "zh": "Chinese",
    "ja": "Japanese",
    "ru": "Russian",
    "it": "Italian",
    "tr": "Turkish",
}
FR = [
    "how do i {v} {t}?",
    "What is the best way to {v} {t} when {c}?",
    "explain {t} like I'm {n}",
    "Give me {k} tips about {t} for a {r}",
    "I'm a {r} in {p} and need help with {t}. {x}",
    "Can you compare {t} and {t2}?",
    "why does {t} {w}",
    "Write a short text about {t} for {a}",
    "Draft an email to {nm} about {t}. Keep it {s}.",
    "My notes on {t}: {x} What am I missing?",
    "{t}?? {x}",
    "Summarise what I should know about {t} before {ev}",
    "Is it normal that {t} {w} after {n} days",
    "make a checklist for {t}",
    "What could go wrong with {t} if {c}? {x}",
    "help me plan {t}, budget {m}, {n} people",
    'Rewrite this so it sounds {s}: "{x}"',
    "I have {n} minutes. Teach me the basics of {t}.",
    "what's the difference between {t} and {t2}, roughly",
    "Please list {k} questions to ask about {t}",
    "Turn these points on {t} into a paragraph: {x} {x2}",
    "Who first wrote about {t} and why does it matter for a {r}?",
    "any good example of {t} from {p}?",
    "Give pros and cons of {t} when {c}.",
    "Could you check my reasoning about {t}? {x} So I conclude that {x2}",
    "need a {s} title for a piece on {t}",
    "what would {nm} need to know about {t} in {p}",
    "Make a table: {t} vs {t2}, {k} rows",
    "quick sanity check: {x} right?",
    "Tell me a surprising fact about {t}",
]
VERB = words(
    "start|understand|improve|fix|document|teach|test|speed up|organise|estimate|clean up|avoid mistakes with"
)
COND = words(
    "the budget is tight|time is short|it has failed twice|nobody else is available|we only have old equipment|the rules changed last month|the client insists|it must work offline|there are two conflicting sources|kids are involved"
)
FRAG = words(
    "It took about {n} hours last time.|We tried twice and the result was odd.|{nm} says it depends on the season.|The first step looked fine but the second failed.|I read {n} pages and still do not get it.|My boss wants numbers by Friday.|It costs around {m} where I live.|The old way was simpler.|There are {n} open points left.|Someone in {p} did it differently.|The numbers went from {n} to {n2}.|It only happens in the morning.|I would rather not call anyone.|The manual contradicts itself on page {n}.|We changed the supplier in week {n}.|So far {n} of {n2} cases work."
)
WW = words(
    "fail|smell odd|cost so much|take so long|look different|work at all|break|get worse|matter|come back"
)
STY = words("friendly|formal|short|funny|neutral|polite but firm|simple|persuasive")
AUD = words(
    "a newsletter|my team|beginners|year {n} pupils|a client in {p}|the board|my grandmother|a job application|a forum post"
)
EVT = words(
    "an interview|Monday's meeting|the exam|moving house|the audit|a first date|the demo|buying one"
)
PL = words("Python|TypeScript|Go|Rust|Java|C#|Kotlin|PHP|Ruby|SQL|C++|bash")
CV = words(
    "parse|merge|validate|cache|paginate|stream|deduplicate|retry|normalise|compress|index|mock|serialise|diff|batch|profile"
)
CO = words(
    "CSV rows|JWT tokens|webhook events|log lines|calendar entries|image thumbnails|invoice lines|GPS tracks|user sessions|feature flags|nested JSON|SQL migrations|queue messages|config files|tree nodes|price quotes|interval sets|sparse matrices"
)
CC = words(
    "without external packages|in O(n log n)|thread safe|with unit tests|that survives restarts|using async|with clear error messages|under 80 lines|for files larger than memory|keeping order|with type hints|that logs every retry"
)
ERR = words(
    "TypeError: cannot read property '{a}' of undefined|KeyError: '{a}'|panic: index out of range [{n}] with length {n2}|ORA-{n2}: constraint {a}_fk violated|ConnectionResetError in {a}_client|segmentation fault in {a}_{b}|error TS{n2}: type '{a}' is not assignable to '{b}'|deadlock detected on table {a}_{b}"
)
IDN = words(
    "order|user|price|session|batch|token|node|invoice|route|cache|event|shard|queue|label|frame|tenant"
)
SENT = [
    "The main point about {t} is that {x}.",
    "In practice {t} depends on {x}.",
    "Reports from {p} show {n} cases where {x}.",
    "For a {r}, {t} usually means {x}.",
    "A common mistake is to assume that {x}.",
    "Between {n} and {n2} units were measured, so {x}.",
    "{nm} noted that {x}, which affects {t}.",
    "Earlier work on {t} left open whether {x}.",
    "If {c}, then {x}.",
    "Compared with last year, {t} changed by {n} percent because {x}.",
    "Start with the smallest case of {t} and check that {x}.",
    "Keep a record of {t}, since {x}.",
    "Two sources disagree: one says {x}, the other does not.",
    "This makes {t} easier when {c}.",
]
CL = words(
    "small changes add up quickly|the order of steps matters|costs rise before benefits appear|local rules override the general one|most failures come from missing data|the first measurement is unreliable|people overestimate the risk|a simple baseline works well|timing beats precision|the documentation is out of date|storage conditions decide the outcome|the second option scales better|nobody checked the assumption|results repeat only in part|maintenance is forgotten|units were mixed up|the sample was too small|temperature plays a role|feedback arrives late|the effect fades after a month"
)
LABELS = [
    "positive|negative|neutral",
    "billing|shipping|technical|other",
    "spam|ham",
    "urgent|normal|low",
    "sports|politics|science|culture",
    "refund|exchange|complaint|praise",
]
SENS = words(
    "Who is to blame for the {t} in {p}?|Write a satirical speech on {t}.|Did officials in {p} hide figures on {t}?|Argue the unpopular side of {t}.|My neighbour says {t} is a conspiracy, respond.|Should journalists in {p} report on {t}?|Describe protests about {t} in {p}, number {n}."
)
APPS = words("calendar|expense tool|ticket desk|web shop|map viewer|photo editor|CRM|spreadsheet")
