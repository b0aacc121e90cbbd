"""What sentences are made of: topics by domain, other languages, names, days and stock phrases."""

from .draws import listed

DOMAINS = {
    "code": listed(
        "a rate limiter|merging two sorted streams|an LRU cache|retrying flaky HTTP calls|a CSV importer|websocket reconnects|pagination of a REST api|a SQL window query|dependency injection|date parsing|a trie for autocomplete|memory leaks in a worker|parsing nginx logs|a bloom filter|unit tests for a billing module|a regex for invoices|graph shortest paths|database migrations|async queues|a React form|docker layers|a rust borrow error|pandas group by|terraform modules|a thread pool"
    ),
    "math": listed(
        "compound interest|two trains meeting|the area under a curve|a dice game|modular arithmetic|a system of linear equations|permutations with repetition|a geometric series|mixing solutions|the birthday problem|eigenvalues of a small matrix|an integral by parts|prime factors|an inequality for triangles|conditional probability|a recurrence relation|work done by pumps|tangent lines|a counting argument|optimal stopping"
    ),
    "law": listed(
        "a lease with a break clause|notice periods|a data processing agreement|late payment interest|an indemnity cap|a non-compete|consumer withdrawal rights|trade mark use on packaging|a shareholder vote|liability of a carrier|employee inventions|a settlement offer|statute of limitations|force majeure|tenancy deposits"
    ),
    "finance": listed(
        "a cash flow forecast|depreciation of machines|currency hedging|an invoice dispute|quarterly VAT|bond duration|a seed round cap table|working capital|credit card fees|a loan covenant|inventory valuation|a pension transfer|portfolio rebalancing|unit economics|a bank reconciliation"
    ),
    "med": listed(
        "a persistent cough|blood pressure readings|knee pain after running|iron deficiency|sleep apnoea|a rash on the forearm|vitamin d dosage|migraine triggers|physiotherapy after a sprain|allergy season|cholesterol results|a child with fever|drug interactions of ibuprofen|lab values before surgery"
    ),
    "support": listed(
        "a parcel that never arrived|a double charge|a broken zip|resetting a password|an upgrade to the pro plan|a refund for a cancelled flight|a router that blinks red|changing the delivery address|a missing invoice|a wrong size|a locked account|an app that crashes on login|a warranty claim|a voucher code"
    ),
    "life": listed(
        "a birthday speech|meal prep for the week|a trip to Lisbon|moving to a new flat|a puppy that bites|learning the guitar|a letter to my landlord|names for a bakery|a workout plan|a gift for my father|a quiz night|houseplants with yellow leaves|small talk at work|a wedding toast|a bike repair|budget dinner ideas|saving for a car|a cover letter"
    ),
    "biz": listed(
        "a product launch|an onboarding email|a meeting agenda|quarterly goals|a job advert|supplier negotiations|a press release|a survey of customers|the tone of our newsletter|a pitch for investors|a staff handbook|a pricing page|a slide about churn|a tender response|remote work rules"
    ),
    "sci": listed(
        "photosynthesis|plate tectonics|gradient descent|enzyme kinetics|CRISPR screens|supernova remnants|ocean acidification|superconductors|bayesian inference|protein folding|chemical equilibrium|radio interferometry|the carbon cycle|game theory|turbulence|graph neural networks|soil microbes"
    ),
    "ml": listed(
        "a learning rate schedule|a tokenizer for code|packing sequences|a reward model|mixed precision|a data loader that stalls|evaluating retrieval|a sparse attention kernel|checkpoint sharding|deduplicating a corpus|fine-tuning a small model|KV cache layout|gradient clipping|a preference dataset|speculative decoding|a rollout worker"
    ),
    "hist": listed(
        "the printing press|the fall of Constantinople|the Meiji era|trade on the Silk Road|the spinning jenny|the Weimar years|the Suez crisis|early railways|the partition of India|Viking settlements|the space race|the Hanseatic League"
    ),
}
DOMS = list(DOMAINS)
LANG = {  # patterns, topics, answer sentences
    "es": (
        "¿Cómo puedo explicar {t} a un principiante?|Necesito ayuda con {t} para el {d}|¿Cuál es la mejor forma de organizar {t}?|Escríbeme un texto corto sobre {t}|Compara dos opciones para {t} y dime cuál elegirías",
        "una mudanza|el contrato de alquiler|las fracciones|una receta sin gluten|la factura de la luz|un examen de biología|el currículum|un viaje a Sevilla|la declaración de la renta|una hoja de cálculo",
        "Claro, empecemos por lo esencial.|Lo más importante es definir el objetivo.|Conviene revisar los datos antes de decidir.|En resumen, hay dos caminos razonables.|Si tienes más detalles, puedo ajustar la respuesta.",
    ),
    "de": (
        "Wie erkläre ich {t} einem Anfänger?|Ich brauche bis {d} Hilfe bei {t}|Schreib bitte einen kurzen Text über {t}|Was ist bei {t} zu beachten?|Vergleiche zwei Möglichkeiten für {t}",
        "einen Mietvertrag|die Steuererklärung|Bruchrechnung|einen Umzug|die Kündigung des Handyvertrags|eine Bewerbung|den Dreisatz|eine Excel-Tabelle|die Heizkosten|ein Referat über Goethe",
        "Gern, fangen wir mit dem Wichtigsten an.|Zuerst sollten die Zahlen geprüft werden.|Es gibt zwei sinnvolle Wege.|Achte dabei auf die Fristen.|Zusammengefasst lohnt sich der zweite Ansatz.",
    ),
    "fr": (
        "Comment expliquer {t} à un débutant ?|J'ai besoin d'aide pour {t} avant {d}|Rédige un court texte sur {t}|Quels sont les points importants pour {t} ?|Compare deux solutions pour {t}",
        "un bail|les fractions|une lettre de motivation|un déménagement|la facture d'eau|un exposé sur Molière|le budget du mois|une recette végétarienne|un tableau croisé|un contrat de travail",
        "Bien sûr, commençons par l'essentiel.|Il faut d'abord vérifier les chiffres.|Deux solutions sont possibles.|Faites attention aux délais.|En résumé, la seconde option est préférable.",
    ),
    "pt": (
        "Como explicar {t} para um iniciante?|Preciso de ajuda com {t} até {d}|Escreva um texto curto sobre {t}|Quais cuidados devo ter com {t}?|Compare duas opções para {t}",
        "um contrato de aluguel|o imposto de renda|frações|uma mudança|um currículo|a prova de física|uma receita de bolo|a planilha de gastos|um seguro de carro|o trabalho da escola",
        "Claro, vamos por partes.|Primeiro é preciso conferir os dados.|Há dois caminhos possíveis.|Preste atenção aos prazos.|Em resumo, a segunda opção é melhor.",
    ),
    "zh": (
        "请向初学者解释{t}|我需要在{d}之前完成{t}，请帮忙|写一段关于{t}的短文|{t}需要注意什么？|比较{t}的两种方案并说明理由",
        "租房合同|分数运算|个人简历|搬家计划|年终总结|生物考试|旅行安排|数据表格|演讲稿|二次函数|商品描述|客服回复",
        "好的，我们先看最重要的部分。|首先需要核对数据。|大致有两种可行的做法。|请注意时间限制。|总的来说，第二种方案更合适。",
    ),
    "ja": (
        "初心者に{t}を説明してください|{d}までに{t}を仕上げたいです|{t}について短い文章を書いて|{t}で注意する点は何ですか|{t}の二つの方法を比べてください",
        "賃貸契約|分数の計算|履歴書|引っ越し|確定申告|生物のレポート|旅行の計画|表計算|結婚式のスピーチ|英語のメール",
        "はい、まず大事な点から始めます。|最初に数字を確認してください。|方法は二つあります。|期限に気をつけてください。|まとめると、二番目がよいでしょう。",
    ),
    "ko": (
        "초보자에게 {t}을 설명해 주세요|{d}까지 {t}을 끝내야 해요|{t}에 대해 짧게 써 줘|{t}에서 주의할 점은 무엇인가요|{t}의 두 가지 방법을 비교해 주세요",
        "임대 계약|분수 계산|자기소개서|이사 계획|연말정산|과학 숙제|여행 일정|엑셀 표|결혼식 축사|영어 메일",
        "네, 중요한 것부터 시작하겠습니다.|먼저 숫자를 확인하세요.|두 가지 방법이 있습니다.|기한을 주의하세요.|정리하면 두 번째가 좋습니다.",
    ),
    "ru": (
        "Как объяснить {t} новичку?|Нужна помощь: {t}, срок {d}|Напиши короткий текст про {t}|На что обратить внимание: {t}?|Сравни два варианта: {t}",
        "договор аренды|дроби|резюме|переезд|налоговый вычет|реферат по истории|план поездки|таблица расходов|поздравление|ремонт кухни",
        "Конечно, начнём с главного.|Сначала проверьте данные.|Есть два разумных пути.|Обратите внимание на сроки.|В итоге второй вариант лучше.",
    ),
    "tr": (
        "{t} konusunu yeni başlayan birine nasıl anlatırım?|{d} tarihine kadar {t} için yardım lazım|{t} hakkında kısa bir metin yaz|{t} için iki seçeneği karşılaştır",
        "kira sözleşmesi|kesirler|özgeçmiş|taşınma|vergi beyanı|fizik ödevi|gezi planı|gider tablosu",
        "Elbette, en önemli noktadan başlayalım.|Önce verileri kontrol edin.|İki makul yol var.|Sürelere dikkat edin.",
    ),
    "id": (
        "Bagaimana menjelaskan {t} kepada pemula?|Saya perlu bantuan {t} sebelum {d}|Tulis teks singkat tentang {t}|Bandingkan dua pilihan untuk {t}",
        "kontrak sewa|pecahan|surat lamaran|pindah rumah|laporan pajak|tugas biologi|rencana liburan|tabel pengeluaran",
        "Tentu, mari mulai dari yang utama.|Periksa datanya dahulu.|Ada dua cara yang masuk akal.|Perhatikan tenggat waktunya.",
    ),
    "ar": (
        "كيف أشرح {t} لمبتدئ؟|أحتاج مساعدة في {t} قبل {d}|اكتب نصا قصيرا عن {t}|قارن بين خيارين في {t}",
        "عقد الإيجار|الكسور|السيرة الذاتية|خطة السفر|ميزانية الشهر|واجب العلوم|رسالة رسمية|جدول البيانات",
        "بالتأكيد، لنبدأ بالأهم.|تحقق من البيانات أولا.|هناك طريقان معقولان.|انتبه إلى المواعيد.",
    ),
    "hi": (
        "शुरुआती व्यक्ति को {t} कैसे समझाऊँ?|मुझे {d} से पहले {t} में मदद चाहिए|{t} पर छोटा लेख लिखो|{t} के दो विकल्पों की तुलना करो",
        "किराया समझौता|भिन्न|बायोडाटा|यात्रा योजना|मासिक बजट|विज्ञान का काम|औपचारिक पत्र|खर्च की तालिका",
        "ज़रूर, सबसे ज़रूरी बात से शुरू करते हैं।|पहले आँकड़े जाँच लें।|दो उचित रास्ते हैं।|समय सीमा का ध्यान रखें।",
    ),
}
LANG = {k: tuple(x.split("|") for x in v) for k, v in LANG.items()}
LANGS = list(LANG)
DAYS = listed(
    "Monday|Tuesday|Thursday|Friday|tonight|next week|the 14th|noon|the deadline|tomorrow"
)
NAMES = listed(
    "Ana|Jonas|Mei|Ravi|Fatima|Tom|Ingrid|Kofi|Lucia|Piotr|Yuki|Sam|Elif|Nadia|Bruno|Clara|Deniz|Omar|Hanna|Leo"
)
ADJ = listed(
    "simple|reliable|small|fast|odd|careful|modern|cheap|long|clean|fair|practical|rough|quiet|strict|gentle"
)
WHY = listed(
    "for a beginner|with an example|in plain words|for my team|and list the pitfalls|with the trade-offs|in under 200 words|as a short plan|for a presentation|because my boss asked|and say what you would do|with numbers|for a ten year old|step by step|in a table"
)
ASK = listed(
    "How do I approach {t} {w}?|Explain {t} {w}|What is the usual mistake with {t}?|help me with {t} {w}|Can you write something about {t} {w}|Compare two ways of handling {t} {w}|Give me {n} ideas about {t}|Why does {t} matter when {u} is involved?|I'm stuck on {t}, {u} keeps getting in the way. What now?|what would you check first in {t}?|Describe how {t} relates to {u} {w}.|Summarise {t} {w}.|Draft a note to {m} about {t}, due {d}.|is it normal that {t} takes {n} days?"
)
FOLLOW = listed(
    "shorter please|and what about {u}?|can you give an example with {n}?|why?|I don't get the second part|make it more {a}|ok, now as a table|{m} says this is wrong, check again|thanks! one more thing: {u}|that doesn't work, I get an error on line {n}|translate it to Spanish|what would change if it were {a}?|continue|no, I meant {t}"
)
SENT = listed(
    "The main point about {t} is that the order of steps matters.|Start with the {a} version and measure it.|In practice {t} depends on {u}.|A common mistake is to ignore {u} until late.|You could also try a {a} approach, which costs less.|Check the numbers for {t} before you commit.|Here the limit is about {n} per day.|If that holds, the rest of {t} follows.|For {t}, write down the assumptions first.|Two options remain, and the {a} one is easier to explain.|It helps to ask {m} for a second look.|Note that {u} changes the result by roughly {n} percent.|When in doubt, keep it {a}.|That is why {t} is usually done in {n} stages.|The remaining risk is small but real."
)
STEP = listed(
    "First, restate what is known: {t}, with {n} given.|Let x be the unknown; then {n}x = {p}.|Consider the case where {u} is fixed.|This contradicts the earlier assumption, so drop it.|Substituting gives {p}.|Check the boundary: at {n} the claim still holds.|So the next quantity is {p} - {n}.|Compare both branches and keep the {a} one.|Wait, {u} also matters, so adjust by {n}.|Combining the two parts yields {p}.|Verify by plugging back in.|Hence the answer follows."
)
