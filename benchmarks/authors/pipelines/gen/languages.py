"""Questions in other languages."""

# language: (eight topics aligned by meaning) ; (six question patterns aligned by meaning) ; a reasoning instruction
FOREIGN = {
    "es": (
        "el alquiler de un piso;una ecuación cuadrática;un error en el código;la factura duplicada;la fotosíntesis;un viaje barato;un plan de ahorro;la probabilidad con dos dados",
        "¿Cómo funciona {t}?;Explícame {t} paso a paso.;¿Qué errores son típicos con {t}?;Escribe un resumen sobre {t}.;Dame {k} ejemplos de {t}.;¿Qué pasa con {t} si falta tiempo?",
        "Muestra todo el razonamiento antes de la respuesta.",
    ),
    "de": (
        "ein Mietvertrag;eine quadratische Gleichung;ein Fehler im Code;die doppelte Rechnung;die Photosynthese;eine günstige Reise;ein Sparplan;die Wahrscheinlichkeit mit zwei Würfeln",
        "Wie funktioniert das: {t}?;Erkläre mir Schritt für Schritt: {t}.;Welche Fehler sind typisch bei: {t}?;Schreib eine Zusammenfassung zum Thema {t}.;Nenne {k} Beispiele für: {t}.;Was gilt für {t}, wenn die Zeit knapp ist?",
        "Zeige den ganzen Gedankengang vor der Antwort.",
    ),
    "fr": (
        "un bail;une équation du second degré;une erreur dans le code;une facture en double;la photosynthèse;un voyage pas cher;un plan d'épargne;la probabilité avec deux dés",
        "Comment fonctionne {t} ?;Explique-moi {t} étape par étape.;Quelles sont les erreurs typiques avec {t} ?;Écris un résumé sur {t}.;Donne {k} exemples de {t}.;Que faire avec {t} si le temps manque ?",
        "Montre tout le raisonnement avant la réponse.",
    ),
    "pt": (
        "o contrato de aluguel;uma equação quadrática;um erro no código;a fatura duplicada;a fotossíntese;uma viagem barata;um plano de poupança;a probabilidade com dois dados",
        "Como funciona {t}?;Explique {t} passo a passo.;Quais erros são comuns com {t}?;Escreva um resumo sobre {t}.;Dê {k} exemplos de {t}.;O que muda com {t} se faltar tempo?",
        "Mostre todo o raciocínio antes da resposta.",
    ),
    "ja": (
        "賃貸契約;二次方程式;コードの不具合;二重請求;光合成;安い旅行;貯蓄計画;サイコロ二個の確率",
        "{t}はどう扱えばいいですか。;{t}を順を追って説明してください。;{t}でよくある間違いは何ですか。;{t}について要約を書いてください。;{t}の例を{k}個挙げてください。;時間がないとき{t}はどうなりますか。",
        "答えの前に考え方をすべて示してください。",
    ),
    "zh": (
        "租房合同;一元二次方程;代码里的错误;重复的账单;光合作用;省钱的旅行;存钱计划;两个骰子的概率",
        "{t}应该怎么处理？;请一步一步解释{t}。;{t}常见的错误有哪些？;写一段关于{t}的总结。;举{k}个{t}的例子。;时间不够时{t}怎么办？",
        "请先写出完整的推理过程，再给答案。",
    ),
    "ko": (
        "임대 계약;이차방정식;코드 오류;이중 청구;광합성;저렴한 여행;저축 계획;주사위 두 개의 확률",
        "{t}은 어떻게 처리하나요?;{t}을 단계별로 설명해 주세요.;{t}에서 흔한 실수는 무엇인가요?;{t}에 대한 요약을 써 주세요.;{t}의 예를 {k}개 들어 주세요.;시간이 부족하면 {t}은 어떻게 되나요?",
        "답하기 전에 추론 과정을 모두 보여 주세요.",
    ),
    "ru": (
        "договор аренды;квадратное уравнение;ошибка в коде;двойной счёт;фотосинтез;дешёвая поездка;план накоплений;вероятность с двумя кубиками",
        "Как быть, если речь про {t}?;Объясни по шагам: {t}.;Какие ошибки типичны: {t}?;Напиши краткое изложение темы «{t}».;Приведи {k} примеров: {t}.;Что меняется, если мало времени: {t}?",
        "Покажи весь ход рассуждений до ответа.",
    ),
    "id": (
        "kontrak sewa;persamaan kuadrat;kesalahan dalam kode;tagihan ganda;fotosintesis;perjalanan murah;rencana tabungan;peluang dua dadu",
        "Bagaimana cara kerja {t}?;Jelaskan {t} langkah demi langkah.;Apa kesalahan umum pada {t}?;Tulis ringkasan tentang {t}.;Beri {k} contoh {t}.;Bagaimana {t} jika waktunya sempit?",
        "Tampilkan seluruh penalaran sebelum jawaban.",
    ),
    "ar": (
        "عقد الإيجار;معادلة تربيعية;خطأ في الشيفرة;فاتورة مكررة;البناء الضوئي;رحلة رخيصة;خطة ادخار;احتمال رمي نردين",
        "كيف أتعامل مع {t}؟;اشرح {t} خطوة بخطوة.;ما الأخطاء الشائعة في {t}؟;اكتب ملخصا عن {t}.;أعط {k} أمثلة على {t}.;ماذا يتغير في {t} إذا ضاق الوقت؟",
        "اعرض كل خطوات التفكير قبل الجواب.",
    ),
    "hi": (
        "किराये का अनुबंध;द्विघात समीकरण;कोड में त्रुटि;दोहरा बिल;प्रकाश संश्लेषण;सस्ती यात्रा;बचत योजना;दो पासों की प्रायिकता",
        "{t} कैसे काम करता है?;{t} को चरण दर चरण समझाइए।;{t} में आम गलतियाँ क्या हैं?;{t} पर सारांश लिखिए।;{t} के {k} उदाहरण दीजिए।;समय कम हो तो {t} का क्या होगा?",
        "उत्तर से पहले पूरा तर्क दिखाइए।",
    ),
    "tr": (
        "kira sözleşmesi;ikinci derece denklem;kodda bir hata;çift fatura;fotosentez;ucuz bir gezi;birikim planı;iki zarla olasılık",
        "{t} nasıl işler?;{t} konusunu adım adım anlat.;{t} ile ilgili yaygın hatalar neler?;{t} hakkında özet yaz.;{t} için {k} örnek ver.;Zaman azsa {t} ne olur?",
        "Yanıttan önce tüm akıl yürütmeyi göster.",
    ),
}
FOREIGN = {k: (a.split(";"), b.split(";"), c) for k, (a, b, c) in FOREIGN.items()}

LANGS = list(FOREIGN)
