"""Other languages: asks with <t>, topics, answers, and requests to show reasoning in that language."""

from .words import spread

OTHER: dict[str, dict[str, list[str]]] = {
    "zh": {
        "asks": [
            "{请|帮我|麻烦}{解释|介绍|说明}一下<t>{，要通俗易懂|，举个例子|}",
            "{怎么|如何}{学习|理解|处理}<t>？",
            "写一{篇|段}关于<t>的{文案|短文|总结}，{不超过<n3>字|语气轻松|正式一点}",
            "<t>和<t>有什么区别",
            "{老板|客户|老师}问我<t>，{怎么回复|该怎么说}比较好",
            "求解：甲乙相距<n3>公里，速度分别为<n2>和<n1>，多久相遇？",
        ],
        "topics": spread(
            "机器学习 租房合同 红烧肉 高中物理 英语作文 股票基金 旅行计划 Python爬虫 失眠 面试准备 亲子沟通 电商运营 概率论 唐诗"
        ),
        "ans": [
            "首先要看具体情况。",
            "一般来说可以分为<n1>个步骤。",
            "建议先确认预算和时间。",
            "综上，这个方法比较稳妥。",
            "需要注意常见的错误。",
        ],
        "think": [
            "请用中文完整写出思考过程，再给出答案。",
            "思考内容必须与问题使用同一种语言，逐步写出推理。",
            "先在<think>里用中文一步步推导，最后给结论。",
        ],
    },
    "es": {
        "asks": [
            "{explícame|me explicas|qué es} <t> {con un ejemplo|en pocas palabras|para niños|}",
            "{cómo puedo|ayúdame a} {mejorar|entender|organizar} <t>",
            "escribe {un correo|un texto|una publicación} sobre <t> {formal|de <n3> palabras|divertido}",
            "diferencia entre <t> y <t>",
            "tengo <n1> días para preparar <t>, {¿un plan?|¿por dónde empiezo?}",
            "resuelve: si x + <n2> = <n3>, ¿cuánto vale x?",
        ],
        "topics": [
            "la fotosíntesis",
            "el contrato de alquiler",
            "una paella",
            "los verbos irregulares",
            "mi negocio",
            "la ansiedad",
            "Excel",
            "la revolución mexicana",
            "un viaje a Lima",
            "las derivadas",
        ],
        "ans": [
            "En general depende del contexto.",
            "Primero conviene revisar los datos.",
            "Por ejemplo, puedes empezar con <n1> pasos.",
            "Así se obtiene <n3>.",
            "Espero que te sirva.",
        ],
        "think": [
            "Escribe todo tu razonamiento en español antes de la respuesta.",
            "El idioma de tu pensamiento debe coincidir con el de la pregunta; muestra cada paso.",
        ],
    },
    "de": {
        "asks": [
            "{erkläre|erklär mir|was ist} <t> {einfach|mit Beispiel|in zwei Sätzen|}",
            "{wie kann ich|hilf mir,} <t> {verbessern|zu verstehen|zu planen}",
            "schreibe {eine E-Mail|einen Text|eine Anzeige} zu <t>{, höflich|, maximal <n3> Wörter|}",
            "Unterschied zwischen <t> und <t>?",
            "{Prüfe|Korrigiere} bitte: Der Termin für <t> ist am <n2>. um <n1> Uhr.",
            "Berechne: <n3> geteilt durch <n1> plus <n2>",
        ],
        "topics": [
            "Steuererklärung",
            "Kündigungsfrist",
            "Sauerteig",
            "Kurvendiskussion",
            "Bewerbung",
            "Wärmepumpe",
            "Docker",
            "Rückenschmerzen",
            "Elternabend",
            "Goethe",
        ],
        "ans": [
            "Das hängt vom Einzelfall ab.",
            "Zuerst sollten Sie die Angaben prüfen.",
            "Daraus folgt <n3>.",
            "In der Regel genügen <n1> Schritte.",
            "Achten Sie auf die Frist.",
        ],
        "think": [
            "Schreibe deinen vollständigen Gedankengang auf Deutsch auf, bevor du antwortest.",
            "Die Sprache des Denkens muss der Sprache der Frage entsprechen, Schritt für Schritt.",
        ],
    },
    "fr": {
        "asks": [
            "{explique-moi|c'est quoi} <t> {simplement|avec un exemple|}",
            "{comment|aide-moi à} {améliorer|comprendre|préparer} <t>",
            "rédige {un mail|un texte|une annonce} sur <t>{, ton formel|, <n3> mots|}",
            "différence entre <t> et <t>",
            "résous : <n1>x + <n2> = <n3>",
        ],
        "topics": [
            "le bail",
            "la ratatouille",
            "les intégrales",
            "un entretien d'embauche",
            "le subjonctif",
            "mon jardin",
            "Python",
            "la TVA",
            "la Révolution",
        ],
        "ans": [
            "Cela dépend du contexte.",
            "Il faut d'abord vérifier les données.",
            "On obtient donc <n3>.",
            "En pratique, <n1> étapes suffisent.",
        ],
        "think": [
            "Écris tout ton raisonnement en français avant de répondre.",
            "La langue de ta réflexion doit être celle de la question, étape par étape.",
        ],
    },
    "pt": {
        "asks": [
            "{me explica|o que é} <t> {com exemplo|de forma simples|}",
            "{como faço para|me ajuda a} {melhorar|entender|montar} <t>",
            "escreve {um email|um post|um texto} sobre <t>{, <n3> palavras|, informal|}",
            "qual a diferença entre <t> e <t>?",
            "resolva: um carro a <n2> km/h percorre <n3> km em quanto tempo?",
        ],
        "topics": [
            "imposto de renda",
            "feijoada",
            "equações",
            "vestibular",
            "meu currículo",
            "treino",
            "React",
            "aluguel",
            "redação do enem",
        ],
        "ans": [
            "Depende do caso.",
            "Primeiro confira os dados.",
            "Logo o resultado é <n3>.",
            "Em geral são <n1> passos.",
        ],
        "think": [
            "Escreva todo o seu raciocínio em português antes da resposta.",
            "O idioma do pensamento deve ser o mesmo da pergunta; mostre cada etapa.",
        ],
    },
    "ja": {
        "asks": [
            "<t>について{わかりやすく|例を挙げて|簡単に}{教えて|説明して}ください",
            "<t>の{書き方|やり方|コツ}は？",
            "<t>に関する{メール|文章|投稿}を{<n3>字で|丁寧に}書いて",
            "<t>と<t>の違いは？",
            "時速<n2>kmで<n3>km進むと何時間ですか",
        ],
        "topics": spread("確定申告 微分積分 カレー 面接 敬語 引っ越し Python 腰痛 古文 機械学習"),
        "ans": [
            "状況によって異なります。",
            "まず条件を確認しましょう。",
            "したがって答えは<n3>です。",
            "手順は<n1>つあります。",
        ],
        "think": [
            "回答の前に、思考過程をすべて日本語で書いてください。",
            "思考の言語は質問の言語と一致させ、段階的に示してください。",
        ],
    },
    "ru": {
        "asks": [
            "{объясни|расскажи про} <t> {простыми словами|с примером|}",
            "{как|помоги} {понять|улучшить|сделать} <t>",
            "напиши {письмо|текст|пост} про <t>{, официально|, <n3> слов|}",
            "чем отличается <t> от <t>",
            "реши: <n1>x - <n2> = <n3>",
        ],
        "topics": [
            "ипотека",
            "борщ",
            "интегралы",
            "резюме",
            "Docker",
            "отчёт",
            "теория вероятностей",
            "ремонт",
            "сочинение",
        ],
        "ans": [
            "Это зависит от условий.",
            "Сначала проверьте данные.",
            "Получаем <n3>.",
            "Обычно хватает <n1> шагов.",
        ],
        "think": [
            "Запиши весь ход рассуждений по-русски перед ответом.",
            "Язык размышлений должен совпадать с языком вопроса, шаг за шагом.",
        ],
    },
    "ko": {
        "asks": [
            "<t>에 대해 {쉽게|예를 들어|간단히} {설명해줘|알려줘}",
            "<t> {어떻게 해|하는 방법}?",
            "<t> 관련 {메일|글|문구} {정중하게|<n3>자로} 써줘",
            "<t>랑 <t> 차이가 뭐야",
            "시속 <n2>km로 <n3>km 가면 몇 시간?",
        ],
        "topics": spread("연말정산 미적분 김치찌개 자기소개서 파이썬 허리통증 부동산 수능 이사"),
        "ans": [
            "상황에 따라 다릅니다.",
            "먼저 조건을 확인하세요.",
            "따라서 답은 <n3>입니다.",
            "보통 <n1>단계면 됩니다.",
        ],
        "think": [
            "답하기 전에 사고 과정을 모두 한국어로 써 주세요.",
            "생각하는 언어는 질문과 같아야 하며 단계별로 보여 주세요.",
        ],
    },
    "hi": {
        "asks": [
            "<t> {आसान भाषा में|उदाहरण के साथ} {समझाओ|समझाइए}",
            "<t> कैसे {करें|सुधारें}?",
            "<t> पर {ईमेल|लेख} लिखो{, <n3> शब्द|}",
            "हल करो: <n3> का <n2> प्रतिशत",
        ],
        "topics": spread("आयकर गणित बायोडाटा बिरयानी पाइथन इंटरव्यू किराया विज्ञान"),
        "ans": ["यह स्थिति पर निर्भर है।", "पहले जानकारी जाँचें।", "उत्तर <n3> है।"],
        "think": [
            "उत्तर से पहले पूरा तर्क हिंदी में लिखो।",
            "सोचने की भाषा प्रश्न की भाषा जैसी हो, चरण दर चरण।",
        ],
    },
    "ar": {
        "asks": [
            "{اشرح لي|ما هو} <t> {ببساطة|مع مثال|}",
            "كيف {أحسن|أفهم|أجهز} <t>؟",
            "اكتب {رسالة|نصا} عن <t>",
            "احسب <n3> ناقص <n2>",
        ],
        "topics": spread("العقد الجبر السيرة المقابلة التسويق الطبخ الفيزياء"),
        "ans": ["يعتمد ذلك على الحالة.", "أولا تحقق من البيانات.", "الناتج هو <n3>."],
        "think": [
            "اكتب كل تفكيرك بالعربية قبل الجواب.",
            "يجب أن تكون لغة التفكير هي لغة السؤال خطوة بخطوة.",
        ],
    },
    "id": {
        "asks": [
            "{jelaskan|apa itu} <t> {dengan contoh|secara singkat|}",
            "{gimana cara|bantu aku} {memahami|memperbaiki|membuat} <t>",
            "buatkan {email|teks|caption} tentang <t>{, <n3> kata|, santai|}",
            "hitung <n3> dibagi <n1>",
        ],
        "topics": [
            "skripsi",
            "rendang",
            "pajak",
            "wawancara kerja",
            "Laravel",
            "statistika",
            "jualan online",
        ],
        "ans": [
            "Tergantung kondisinya.",
            "Pertama, periksa datanya.",
            "Jadi hasilnya <n3>.",
            "Biasanya cukup <n1> langkah.",
        ],
        "think": [
            "Tuliskan seluruh proses berpikirmu dalam bahasa Indonesia sebelum menjawab.",
            "Bahasa berpikir harus sama dengan bahasa pertanyaan, langkah demi langkah.",
        ],
    },
}
