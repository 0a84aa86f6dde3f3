/**
 * What shells, libc, make and gdb write in the languages in which people run them, by strsignal's English words: readers know English alone.
 * A word that says nothing by itself (French `Abandon`) counts only beside a note of a core, a process's number or a shell's line.
 */
const SIGNALS: Readonly<Record<string, readonly string[]>> = {
  "Segmentation fault": [
    "Speicherzugriffsfehler",
    "Erreur de segmentation",
    "Violación de segmento",
    "Fallo de segmentación",
    "Errore di segmentazione",
    "Falha de segmentação",
    "Ошибка сегментирования",
    "Помилка сегментування",
    "Naruszenie ochrony pamięci",
    "Segmentatiefout",
    "Segmenteringsfel",
    "Segmenteringsfeil",
    "Segmentfejl",
    "Lagersegmentfejl",
    "Muistialueen ylitys",
    "Neoprávněný přístup do paměti(?: \\(SIGSEGV\\))?",
    "Szegmentálási hiba",
    "Bölütleme hatası",
    "Parçalama arızası",
    "程式記憶體區段錯誤",
    "記憶體區段錯誤",
    "区段错误",
    "段错误",
    "段錯誤",
    "セグメンテーション(?:違反|フォルト|エラー)(?:です)?",
    "세그멘테이션 (?:오류|결함|폴트)",
  ],
  "Bus error": [
    "Bus-Zugriffsfehler",
    "Erreur d[ue] bus",
    "Error (?:en el|de|del) bus",
    "Errore (?:di|del) bus",
    "Erro (?:no|de|do) barramento",
    "Ошибка шины",
    "Błąd szyny",
    "Busfout",
    "Bussfel",
    "总线错误",
    "匯流排錯誤",
    "バスエラー(?:です)?",
    "버스 오류",
  ],
  "Floating point exception": [
    "Gleitkomma-Ausnahme(?:fehler)?",
    "Exception en (?:point|virgule) flottante?",
    "Excepción de coma flotante",
    "Eccezione in virgola mobile",
    "Exceção de (?:ponto|vírgula) flutuante",
    "(?:Исключение|Ошибка) в операции с плавающей (?:точкой|запятой)",
    "(?:Błąd w obliczeniach zmiennoprzecinkowych|Wyjątek zmiennoprzecinkowy)",
    "Drijvende-?komma-?(?:fout|berekeningsfout|uitzondering)",
    "Flyttalsundantag",
    "浮点数例外",
    "浮点(?:异常|错误)",
    "浮點(?:數|運算)?例外",
    "浮動小数点(?:数)?例外",
    "부동 ?소수점 예외",
  ],
  "Illegal instruction": [
    "Ungültiger Maschinenbefehl",
    "Instruction (?:non permise|illégale)",
    "Instrucción ilegal",
    "Istruzione (?:illegale|non consentita)",
    "Instrução ilegal",
    "Недопустимая (?:инструкция|машинная команда)",
    "(?:Błędna|Niedozwolona|Nielegalna) instrukcja",
    "(?:Ongeldige|Illegale) instructie",
    "非法指令",
    "不合法的指令(?:命令)?",
    "不正(?:な)?命令(?:です)?",
    "잘못된 명령어?",
  ],
};
/** Words of everyday. */
const ABORTED = [
  "Abgebrochen",
  "Abandon",
  "Abortado",
  "Annullato",
  "Interrotto",
  "Аварийный останов",
  "Аварийное завершение",
  "Прервано",
  "Przerwane",
  "Afgebroken",
  "Avbruten(?: \\(SIGABRT\\))?",
  "已放弃",
  "已中止",
  "放弃",
  "中止(?:しました)?",
  "已經終止",
  "アボートしました",
  "(?:취소|중단|중지)됨",
];
/** A core was written, in round brackets of any width. */
const DUMPED = [
  "Speicherabzug geschrieben",
  "vidage mémoire",
  "core généré",
  "[`'«]?core[´'»]? generado",
  "volcado de memoria",
  "core dump creato",
  "imagem do núcleo gravada",
  "(?:образ памяти|стек памяти|память) сброшен[аы]? на диск",
  "сделан дамп памяти",
  "(?:створено дамп|збережено знімок оперативної) пам.яті",
  "zrzut pamięci",
  "geheugendump gemaakt",
  "minnesutskrift skapad",
  "obraz paměti uložen",
  "核心已转储",
  "核心已傾印",
  "記憶體傾印",
  "吐核",
  "コアダンプ(?:されました)?",
  "コアを出力しました",
  "코어 덤프(?:됨)?",
];

const WORDS: readonly (readonly [RegExp, string])[] = Object.entries(SIGNALS).map(([english, words]) => [
  new RegExp(words.join("|"), "u"),
  english,
]);
const CORE = new RegExp(`[(（](?:${DUMPED.join("|")}|core dumped)[)）]`, "u");
const LEFT = new RegExp(`(?:${ABORTED.join("|")})(?= *(?:\\(core dumped\\)|$| {2,}\\S))`, "u");
const NOTED = new RegExp(
  String.raw`(${Object.keys(SIGNALS).join("|")}) {0,20}[(（][^()（）]{3,60}[)）]`,
  "u",
);
/** `./run.sh: Zeile 12:`, `./run.sh : ligne 3 :`, `./run.sh:行5:`, `./run.sh: 第 5 行：`. */
const SHELL_LINE =
  /^(\S.{0,200}?) ?[:：] ?(?:(?:Zeile|ligne|l[ií]nea|riga|linha|linia|rad|regel|řádek|строка|рядок|行|列|줄) ?(\d{1,7})|(?:第 ?)?(\d{1,7}) ?(?:行|列|번째 줄)(?:目)?) ?[:：]/u;
const MAKE_ERROR =
  /^(g?make(?:\[\d{1,4}\])?)\s?[:：] ?\*{3} ?\[(.{1,300}?)\] ?(?:Fehler|Erreur|Errore|Erro|Ошибка|Błąd|Fout|Fel|错误|錯誤|エラー|오류) ?(\d{1,3})/u;
/**
 * Assertions of libc, as libc's catalogues have them: what failed stands in the language's own quotes. In parts, each sought once: where one
 * expression has them all, a line of colons and quotes is tried in a million ways.
 */
const ASSERTED_AT = /^(.{1,300}?)[:：](\d{1,7}) ?[:：] ?/u;
const ASSERTED = /^(.{1,300}?) ?[:：] .{0,40}?[`'‘“”„«»"]\s?/u;
const FAILED =
  /\s?['’”“»«"] ?(?:nicht erfüllt|a échoué|no se cumple|ha fallado|falló|falhou|fallita|non riuscita|не выполнен[ао]|хибне|nie zostało spełnione|niespełnione|is mislukt|falsk|失败|失敗|に失敗しました|실패|가정이 실패).{0,20}$/u;
const MAX_ASSERTED = 400;
const GDB_STOP =
  /^.{0,60}(?:[Ss]ignal|[Сс]игнал|señal|segnale|sinal|sygnał|信号|シグナル|시그널) ?(SIG[A-Z]{2,6})[ ,，、].{0,80}$/u;
const GDB_TOLD = /empfing|empfangen|reçu|recibi|ricevuto|recebeu|получи|otrzyma|收到|受け取|받/u;

/** Windows' event log, as it tells of an application's error in German, French and Spanish. */
const EVENT: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:Name der fehlerhaften Anwendung|Nom de l.application défaillante|Nombre de la aplicación con errores) ?:? (.{1,200}?), [Vv]ersi[oó]n ?: /u,
    "Faulting application name: $1, version: ",
  ],
  [
    /^(?:Name des fehlerhaften Moduls|Nom du module défaillant|Nombre del módulo con errores) ?:? (.{1,200}?), [Vv]ersi[oó]n ?: /u,
    "Faulting module name: $1, version: ",
  ],
  [
    /^(?:Ausnahmecode|Code d.exception|Code de l.exception|Código de excepción) ?: (0x[0-9a-f]{8})$/u,
    "Exception code: $1",
  ],
];

/** PostgreSQL's word of a process that a signal ended, as its catalogues have it: `Serverprozess (PID 7) wurde von Signal 11 beendet: …`. */
const ENDED =
  /^(.{0,80}?[:：] {1,2})?[^:：]{3,60}? ?\(PID (\d{1,10})\) ?[^:：]{0,40}?(?:[Ss]ignal|sinal|señal|segnale|sygnał|сигналу?|信号|シグナル|\d번 시그널)[^:：\d]{0,4}(\d{1,2})[^:：\d]{0,40}[:：] ?(\S.{0,60})$/u;
const ENDED_WORD =
  /beendet|arrêté|terminad|terminato|terminerades|zatrzyman|zakończon|заверш|终止|終止|終了|종료/u;

const MAY_BE =
  /\bSignal \d{1,2} beendet|terminad[ao] p|Name de[rs] fehlerhaften|Ausnahmecode|Code d.exception|Code de l.exception|Nom d|[^\u0000-\u007f]|[Zz]ugriffsfehler|Gleitkomma|Abgebrochen|Abandon|Abortado|Annullato|Erreur d|Errore d|Exception en|Eccezione|Fehler \d|Err(?:eur|ore|o) \d|Muistialueen|asserzione|Asserzione|no se cumple|non riuscita|is mislukt|core' generado|Segment|Programm empfing|Przerwane|Afgebroken|Zeile|ligne|linea/;

/** The line in English, where it is one of these in another language; else as it is. Linear. */
export function inEnglish(line: string): string {
  if (line.length > 1000 || !MAY_BE.test(line)) return line;
  const stop = GDB_STOP.exec(line);
  if (stop !== null && GDB_TOLD.test(line)) return `Program received signal ${stop[1] ?? ""}, Stopped.`;
  const make = MAKE_ERROR.exec(line);
  if (make !== null) return `${make[1] ?? "make"}: *** [${make[2] ?? ""}] Error ${make[3] ?? ""}`;
  const event = EVENT.find(([told]) => told.test(line));
  return event === undefined
    ? (assertion(line) ?? processEnd(line) ?? shellWords(line))
    : line.replace(...event);
}

function assertion(line: string): string | null {
  const at = FAILED.test(line) ? ASSERTED_AT.exec(line) : null;
  if (at === null) return null;
  const rest = line.slice(at[0].length);
  const asserted = ASSERTED.exec(rest);
  if (asserted === null) return null;
  const [, file = "", number = ""] = at;
  const [lead, name = ""] = asserted;
  const said = rest.slice(lead.length);
  const end = 1 + said.slice(1).search(FAILED);
  if (end === 0 || end > MAX_ASSERTED) return null;
  return `${file}:${number}: ${name}: Assertion \`${said.slice(0, end)}' failed.`;
}

function processEnd(line: string): string | null {
  const ended = ENDED_WORD.test(line) ? ENDED.exec(line) : null;
  if (ended === null) return null;
  const [, before = "", pid = "", signal = "", words = ""] = ended;
  return `${before}server process (PID ${pid}) was terminated by signal ${signal}: ${shellWords(words)}`;
}

function shellWords(line: string): string {
  const dumped = line.replace(CORE, "(core dumped)");
  const numbered = dumped.replace(
    SHELL_LINE,
    (_, script: string, a?: string, b?: string) => `${script}: line ${a ?? b ?? "0"}:`,
  );
  const named = WORDS.reduce((text, [word, english]) => text.replace(word, english), numbered);
  // What stands in brackets behind such a word is that a core was written.
  if (named !== numbered) return spaced(named.replace(NOTED, "$1 (core dumped)"));
  const beside = numbered !== dumped || named.includes("(core dumped)");
  return spaced(beside ? named.replace(LEFT, "Aborted") : named);
}

/** bash puts no space before the bracket where a word is wide. */
function spaced(line: string): string {
  return line.replace(/(?<=[a-z])\(core dumped\)/, " (core dumped)");
}
