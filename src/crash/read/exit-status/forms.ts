import { SIGNAL_WORDS } from "../stack/signal-words.js";

/**
 * How shells, build tools, test runners, supervisors and servers say that a process of theirs ended by a signal. Named groups: `words`
 * (strsignal's), `signal` (a name or a number), `status` (an exit status of a shell, of Python, of Windows), `program`.
 */
const CORE = String.raw`(?:,? ?[([]?core ?dump(?:ed)?[)\]]?)?`;
/** `Segmentation fault`, `segmentation fault`, `Segmentation Fault`, `IOT instruction`. */
const EITHER = SIGNAL_WORDS.replace(/\biot\b/g, "IOT").replace(
  /\b[a-z]/g,
  (letter) => `[${letter.toUpperCase()}${letter}]`,
);
const WORDS = String.raw`(?<words>${EITHER})(?:: \d{1,2})?`;
const NAME = String.raw`(?<signal>SIG[A-Z]{2,6})`;
const NUMBER = String.raw`(?<signal>\d{1,2}|SIG[A-Z]{2,6}|(?:SEGV|ABRT|BUS|FPE|ILL|TRAP|SYS)\b)`;
const STATUS = String.raw`(?<status>-?\d{1,10}|0x[0-9a-fA-F]{8})`;
const PROGRAM = String.raw`(?<program>\S.{0,500}?)`;
/** `(SIGSEGV)`, `: Segmentation fault`, ` - core dumped` behind a number. */
const REST = String.raw`\]?[.!]?(?:[ :,(\[-]{1,4}.{0,200})?`;

const SHELLS = [
  // bash: `./ci.sh: line 3: 12345 Segmentation fault      (core dumped) ./a.out`
  String.raw`^(?:\S.{0,200}: line \d{1,7}: )? *\d{1,10} +${WORDS}(?: +\(core dumped\))? {1,20}${PROGRAM}$`,
  String.raw`^(?:\S.{0,200}: line \d{1,7}: ) *\d{1,10} +${WORDS}${CORE}$`,
  // an interactive one, and zsh's jobs
  String.raw`^\[\d{1,4}\] {0,3}[+-]? +(?:\d{1,10} +)?(?:exit \d{1,3} +)?${WORDS}${CORE} {1,20}${PROGRAM}$`,
  // sh
  String.raw`^(?=[A-Z])${WORDS}${CORE}$`,
  String.raw`^(?:sh|bash|dash|ksh|ash|-bash|\/\S{1,100}sh)(?:\[\d{1,10}\])?: (?:line )?(?:\d{1,7}: )?(?:\d{1,10}:? )?${WORDS}${CORE}(?: {1,20}${PROGRAM})?$`,
  String.raw`^\S{1,200}sh(?:\[\d{1,6}\])?: (?:line )?\d{1,10}: (?:(?<program>\S.{0,300}?): )?${WORDS}${CORE}$`,
  // perf, nohup and others that run a program: `./bench: Segmentation fault`
  String.raw`^(?<program>\.{0,2}\/[^\s:]{1,200}(?<!\.(?:[chCH]|cc|cpp|cxx|hh|hpp|py|go|rs|md|txt|js|ts|java|rb|pl))): ${WORDS}${CORE}$`,
  String.raw`^zsh: (?:\d{1,10} )?${WORDS}${CORE} {1,20}${PROGRAM}$`,
  // fish: Job 1, './a.out' terminated by signal SIGSEGV (Address boundary error)
  String.raw`^(?:fish: )?(?:Job \d{1,6}, )?'(?<program>[^']{1,500})' terminated by signal ${NAME}(?: \(.{1,60}\))?$`,
  String.raw`^${PROGRAM} terminated by signal ${NAME} \([A-Z].{1,60}\)$`,
  String.raw`^Command terminated by signal ${NUMBER}$`,
  String.raw`^timeout: the monitored command (?<core>dumped core)$`,
];

const BUILDS = [
  // BuildKit and docker build
  String.raw`^.{0,300}\bdid not complete successfully: exit code:? ${STATUS}$`,
  // make, gmake, ninja, remake: `make: *** [Makefile:3: test] Segmentation fault (core dumped)`
  String.raw`^g?make(?:\[\d{1,4}\])?: \*{3} \[(?<program>[^\]]{1,500})\] ${WORDS}${CORE}$`,
  String.raw`^g?make(?:\[\d{1,4}\])?: \*{3} \[(?<program>[^\]]{1,500})\] Error ${STATUS}$`,
  String.raw`^scons: \*{3} \[(?<program>[^\]]{1,500})\] Error ${STATUS}$`,
  // cargo: `process didn't exit successfully: `…` (signal: 11, SIGSEGV: invalid memory reference)`
  "^.{0,500}process didn't exit successfully: `(?<program>[^`]{1,500})`.{0,40} \\(signal: \\d{1,2}, (?<signal>SIG[A-Z]{2,8})\\b",
  "^.{0,500}process didn't exit successfully: `(?<program>[^`]{1,500})`.{0,40} \\(exit (?:code|status): (?<status>0x[0-9a-f]{8}|\\d{3})\\b",
  // nextest: `     SIGSEGV [   0.012s] app tests::x`
  String.raw`^${NAME} \[ {0,6}\d{1,6}\.\d{3}s\] ${PROGRAM}$`,
  // Go's os/exec, through go run, go test and go generate; a logger's field
  String.raw`^(?:\S.{0,200}[ :=]["']?)?signal: ${WORDS}${CORE}["']?$`,
  // bazel
  String.raw`^(?:FAIL(?:ED)?|ERROR): .{0,300}\((?:${WORDS}|(?:Exit|exit code|Exit code) ${STATUS}|.{0,60}signal ${NUMBER})\)`,
  String.raw`^.{0,300} failed: \((?:${WORDS}|Exit ${STATUS}|.{0,60}terminated by signal ${NUMBER})\)`,
  // ctest
  String.raw`^(?:\d{1,6}\/\d{1,6} )?(?:Test {1,4}#\d{1,6}: )?${PROGRAM} \.{2,}(?:.{0,30}\*{3})?(?<words>Exception: SegFault|Subprocess aborted|Child aborted|Exception: Illegal|Exception: Numerical|Exception: Bus error|Exception: Other)`,
  String.raw`^(?:\d{1,6}\/\d{1,6} )?(?:Test {1,4}#\d{1,6}: )?${PROGRAM} \.{2,} {0,3}(?<words>Child aborted|Subprocess aborted)\*{3}Exception:`,
  String.raw`^(?:\d{1,6} - )?${PROGRAM} \((?<words>SEGFAULT|Subprocess aborted|Child aborted|ILLEGAL|NUMERICAL|BUS ERROR|ABORTED)\)$`,
  // meson
  String.raw`^\d{1,6}\/\d{1,6} ${PROGRAM} {1,40}(?:FAIL|ERROR) {1,10}.{0,40}(?:killed by signal|exit status \d{1,3} or signal) ${NUMBER}`,
  String.raw`^.{0,200}\(exit status \d{1,3} or signal ${NUMBER}(?: SIG[A-Z]{2,6})?\)$`,
  // collect2, gcc's and clang's drivers
  String.raw`^(?:\S{1,200}: )?(?:fatal error: |error: )?(?<program>[\w./+-]{1,100}) terminated with signal ${NUMBER}`,
  String.raw`^\S{1,100}: error: (?:unable to execute command: ${WORDS}|\S.{0,60} failed due to signal)`,
  String.raw`^(?:swift|swiftc|<unknown>:0)?:? ?error: .{0,100}(?:failed due to signal|terminated by signal) ${NUMBER}`,
  // tox
  String.raw`^.{0,300}\((?:exited with code|exit code:?) ${STATUS}(?: \(SIG[A-Z]{2,6}\))?\)`,
  // autotools, Perl's harness, lit
  String.raw`^FAIL:? ${PROGRAM} \((?:exit status: ${STATUS}|.{0,40}signal:? ${NUMBER})\)$`,
  String.raw`^${PROGRAM} +\(Wstat: (?<wait>\d{1,5})(?: \([^)]{1,60}\))? `,
  String.raw`^Non-zero (?:wait|exit) status: (?<wait>\d{1,3})$`,
  String.raw`^Exit Code: ${STATUS}$`,
];

const TESTS = [
  // Catch2, doctest, Boost.Test, Check, Criterion, cmocka, Qt Test, GoogleTest's SEH
  String.raw`^(?:.{0,300}(?:FATAL ERROR|fatal error condition|ERROR|error): (?:test case CRASHED: )?)?${NAME} - [A-Z][A-Za-z -]{3,60}(?:signal|error|request)\b.{0,60}$`,
  String.raw`^.{0,300}\btest case CRASHED: ${NAME}\b`,
  String.raw`^(?:.{0,300}fatal error: in "[^"]{0,200}": )(?:signal: ${NAME}|(?<words>memory access violation|integer divide by zero)|.{0,40}signal: ${NAME})`,
  String.raw`^\S{1,300}:\d{1,9}:E:.{1,200}: \(after this point\) Received signal ${NUMBER}`,
  String.raw`^.{0,200}\bTest (?:failed|terminated) (?:with|by) (?:exception|signal):? ?${WORDS}\(?\d{0,2}\)?$`,
  String.raw`^QFATAL ?: ${PROGRAM} Received (?:a fatal error\.?|signal ${NUMBER})`,
  String.raw`^(?:unknown file: )?error: SEH exception with code (?<status>0x[0-9a-f]{8}) thrown`,
  String.raw`^\[ERROR\].{0,100}\[(?:SIGSEGV|signal) ${NUMBER}`,
  // unittest
  String.raw`^(?<program>\w{1,200} \([\w.]{1,300}\)) \.{3} ${WORDS}${CORE}$`,
  // PyTorch
  String.raw`^.{0,200}\bDataLoader worker \(pid (?<pid>\d{1,10})\) is killed by signal: ${WORDS}\.?.{0,200}$`,
  // jest, vitest, mocha, Playwright, xdist, rspec
  String.raw`^.{0,120}\b(?:worker|child) process.{0,60} (?:was|were) terminated.{0,60}signal[=: ]+${NAME}`,
  String.raw`^:-?\d{1,3}: running the test CRASHED with signal ${NUMBER}$`,
  String.raw`^(?:\[gw\d{1,4}\] )?(?<core>node down: Not properly terminated)$`,
  String.raw`^(?:FAILED .{0,300} - )?(?<core>worker 'gw\d{1,4}' crashed) while running '(?<program>[^']{1,300})'$`,
  String.raw`^.{0,200}\bterminated by ${NAME} \(signal \d{1,2}\)`,
  // maven's surefire, Gradle
  String.raw`^Process Exit Code: ${STATUS}$`,
  String.raw`^(?:> )?Process '(?<program>[^']{1,300})' finished with non-zero exit value ${STATUS}$`,
];

const RUNNERS = [
  // docker compose
  String.raw`^(?<program>[a-z0-9][\w.-]{0,100}) exited with code ${STATUS}$`,
  // Python's subprocess, npm, yarn, GitHub, GitLab, Jenkins, CircleCI, Docker, Kubernetes
  String.raw`^.{0,200}Command '(?<program>.{1,500})' (?:died with <Signals\.(?<signal>SIG[A-Z]{2,8}): \d{1,2}>|returned non-zero exit status (?<status>-?\d{1,10}))\.?$`,
  String.raw`^npm (?:ERR!|error) signal ${NAME}$`,
  String.raw`^npm (?:ERR!|error) (?!Aborted$)${WORDS}${CORE}$`,
  String.raw`^npm (?:ERR!|error) (?:errno|code) ${STATUS}$`,
  String.raw`^npm (?:ERR!|error) Exit status ${STATUS}$`,
  String.raw`^error Command failed with (?:signal "?${NAME}"?|exit code ${STATUS})\.?$`,
  String.raw`^.{0,20}ELIFECYCLE.{0,60}Command failed(?: with (?:signal "?${NAME}"?|exit code ${STATUS}))?\.?$`,
  String.raw`^(?:error: )?script "(?<program>[^"]{1,200})" (?:was terminated by signal ${NAME}|exited with code ${STATUS}).{0,60}$`,
  String.raw`^(?:Error: |ERROR: |error: |fatal: )?(?:[A-Z][\w' -]{0,60}: )?(?:The |the )?(?:[Pp]rocess|[Jj]ob|[Tt]ask|[Cc]ommand|[Cc]ontainer|[Ss]cript|[Cc]hild|[Ss]ubprocess|[Pp]rogram|[Bb]uild|[Ee]xecution|[Ww]orker|[Tt]est)\b.{0,200}?(?:completed|failed|finished|exited|ended|terminated|returned|died|crashed|stopped|killed|existed)?.{0,40}\b(?:exit|return|error|non-zero|status|with)(?: value| code| status|-code| code:| status:)+:? ${STATUS}\b.{0,80}$`,
  String.raw`^(?:Error: |ERROR: )?(?:[A-Z][\w ]{0,40}: )?(?:exit code|exit status|exitCode|Exit code|Exited with code|Exited with code exit status|exited with code|exit code:|Exit status|returned exit code|status code)[ :=]{1,3}${STATUS}\.?$`,
  String.raw`^.{0,300}\b(?:exited with|returned a non-zero|returned with|exited with exit|terminated with exit|failed with exit|failed with|returned exit|exited with return|finished with exit) (?:code|status|value)(?: status)?:? ${STATUS}\b.{0,60}$`,
  String.raw`^(?:"?exitCode"?|Exit Code|"ExitCode"): {1,20}${STATUS},?$`,
  String.raw`^(?:returncode|exit_code|rc|exitcode)[=:] ?${STATUS}$`,
  String.raw`^exit status ${STATUS}$`,
  // Docker, podman: `app-1 exited with code 139`
  String.raw`^${PROGRAM} exited with code ${STATUS}$`,
  String.raw`^.{0,200}\bExited \(${STATUS}\) .{0,80}$`,
  String.raw`^.{0,2000}"(?:exitCode|ExitCode|exit_code|exit_status|exitStatus|returncode|return_code|rc)": ?${STATUS}\b.{0,500}$`,
  String.raw`^(?:Reason|reason): {1,24}(?<oom>OOMKilled)$`,
  String.raw`^.{0,500}"reason": ?"(?<oom>OOMKilled)"`,
  // torch's elastic launcher, multiprocessing
  String.raw`^(?:.{0,300}[\s(,])?(?:exit_?code ?[:=]? ?|exit code ?[:=] ?)${STATUS}(?:$|[),;].{0,200}$| \(pid.{0,200}$)`,
  String.raw`^(?:.{0,60}: )?Signal (?<signal>\d{1,2}) \(SIG[A-Z]{2,6}\) received by PID (?<pid>\d{1,10})$`,
  // Nomad, sbt
  String.raw`^.{0,200}\bExit Code: ${STATUS}, `,
  String.raw`^.{0,200}\b[Nn]on-?zero exit (?:code|status)\b[a-z ]{0,40}:? ${STATUS}(?:$|[.,;)].{0,300}$)`,
  // Cabal
  String.raw`^.{0,300}\bprocess (?:segfaulted|aborted|was killed) \(i\.e\. ${NAME}\)`,
  // Electron
  String.raw`^.{0,200}\b(?:render|child)-process-gone\b.{0,100}\breason: ?['"](?<core>crashed)['"]`,
  // Kubernetes' events
  String.raw`^.{0,200}\b(?<oom>OOMKilling)\s.{0,400}$`,
  // docker events, and whoever writes fields
  String.raw`^(?:.{0,500}[\s(,{])?"?(?:exitCode|exit_code|exitcode|ExitCode|exitStatus|exit_status|return_code|returncode)"?=${STATUS}\b.{0,500}$`,
  String.raw`^\S{1,60}: exit ${STATUS} \(.{1,60}\)`,
  String.raw`^\S{1,60}: FAIL code ${STATUS}\b.{0,80}$`,
  // Slurm
  String.raw`^srun: error: \S{1,64}: tasks? [\d,-]{1,100}: ${WORDS}${CORE}$`,
  String.raw`^(?:slurmstepd|srun): .{0,200}(?:signal ${NUMBER}|${WORDS})$`,
  // mpirun
  String.raw`^.{0,200}\bexited on signal ${NUMBER} \(.{1,60}\)\.?$`,
  String.raw`^=? {0,4}EXIT (?:CODE|STRING): (?:${STATUS}|${WORDS} \(signal \d{1,2}\))$`,
  String.raw`^=? {0,4}KILLED BY SIGNAL: ${NUMBER} \(`,
  String.raw`^srun: error: \S{1,64}: tasks? [\d,-]{1,100}: (?<oom>Out Of Memory)$`,
  String.raw`^slurmstepd: error: (?<oom>Detected \d{1,6} oom-kill event)`,
  String.raw`^YOUR APPLICATION TERMINATED WITH THE EXIT STRING: ${WORDS} \(signal \d{1,2}\)$`,
  String.raw`^(?:\S{0,100}\.)?BrokenProcessPool: (?<core>A process in the process pool was terminated abruptly)\b`,
  // AFL
  String.raw`^\[-\] (?<program>Program) terminated by signal ${NUMBER}\b`,
  // Chromium, Spark, kubectl get, ECS
  String.raw`^(?:.{0,100} )?process exited unexpectedly: exit_code=${STATUS}$`,
  String.raw`^.{0,800}\bExit (?:status|code): ${STATUS}\. Diagnostics\b`,
  String.raw`^(?<program>[a-z0-9][\w.-]{0,252}) +\d{1,3}\/\d{1,3} +(?:Init:)?(?<oom>OOMKilled) +\d`,
  String.raw`^"stoppedReason": "(?<oom>OutOfMemoryError): `,
  // Vivado, ModelSim
  String.raw`^Abnormal program termination \(${NUMBER}\)$`,
  String.raw`^(?:# )?\*\* Fatal: \(${NAME}\) [A-Z].{0,100}$`,
  // whoever fills in a form of a tracker's
  String.raw`^.{0,200}\b(?:[Cc]onsole|[Tt]erminal|[Ss]hell|[Oo]utput|stderr): ${WORDS}${CORE}$`,
  // Xcode
  String.raw`^Crash: (?<program>\S.{0,100}?) \(\d{1,10}\): signal (?<signal>[a-z]{3,5})\b`,
  // pm2
  String.raw`^App \[(?<program>[^\]]{1,100})\] exited with code \[\d{1,3}\] via signal \[${NAME}\]$`,
  // GNU parallel, xargs, time, gdbserver, env
  String.raw`^(?:xargs: )?(?<program>\S.{0,200}): (?:terminated|killed|stopped) by signal ${NUMBER}$`,
  String.raw`^(?:gdbserver: )?(?:Child|Process) terminated with signal = ?(?:0x)?[0-9a-f]{1,2} \(?${NAME}\)?$`,
  String.raw`^(?:Program|Process|Inferior) (?:terminated|exited) with signal ${NAME}, [A-Z].{0,60}\.?$`,
  String.raw`^qemu(?:-[a-z0-9_]{1,20})?: uncaught target signal ${NUMBER} \(.{1,60}\) - (?:core dumped|exiting)$`,
  String.raw`^(?:Kernel: )?.{0,200}\bdied with <Signals\.${NAME}`,
];

/** A unit of systemd's, whoever speaks of it. */
const UNIT = String.raw`(?:systemd\[\d{1,9}\]: )?(?<program>\S{1,255}): `;

const SERVERS = [
  // systemd
  String.raw`^${UNIT}(?:Main|Control|Child) process(?: \d{1,10})?,? ?(?:\(\S{1,64}\) )?(?:belonging.{0,60} )?(?:exited|of unit.{0,60}),? ?.{0,60}code=(?:dumped|killed),? status=\d{1,2}\/(?<signal>[A-Z]{2,8})`,
  String.raw`^${UNIT}(?:Main|Control|Child) process(?: \d{1,10})? exited, code=exited,? status=${STATUS}\/`,
  String.raw`^${UNIT}(?<oom>A process of this unit has been killed by the OOM killer|Failed with result 'oom-kill')\.$`,
  // systemd-run
  String.raw`^Main processes terminated with: code=(?:dumped|killed)[,/] ?status=(?:\d{1,2}\/)?(?<signal>[A-Z]{2,8}|\d{1,2})$`,
  String.raw`^Finished with result: (?<core>core-dump)$`,
  // libvirt
  String.raw`^shutting down, reason=(?<core>crashed)$`,
  // MariaDB and MySQL without a stack, MongoDB's records
  String.raw`^(?:\[[A-Z][A-Za-z]{2,8}\] )?(?<program>mysqld|mariadbd) got signal ${NUMBER} ?;$`,
  String.raw`^Got signal: ${NUMBER} \([A-Z].{1,40}\)\.$`,
  // programs that catch the signal, say so and end
  String.raw`^(?:[\w*.:-]{1,40} )?(?:[Cc]aught|[Gg]ot|[Rr]eceived) (?:a )?(?:signal )?${NUMBER}\b.{0,60}?[,;:.! -]{1,4}(?:shutting down|exiting|terminating|aborting|dying|quitting|giving up)[.!]{0,3}$`,
  String.raw`^Caught (?<signal>SIGSEGV|SIGBUS|SIGILL|SIGFPE|SIGABRT)[.!]?$`,
  // dune
  String.raw`^(?:.{0,200} \(|Command )got signal ${NUMBER}(?:\)|\.)$`,
  String.raw`^(?:FATAL|ERROR|CRITICAL|Fatal|Error)[:!] (?<program>\S{1,40}) (?:[Ee]ncountered|[Cc]aught|[Rr]eceived|[Gg]ot|[Hh]it) an? ${WORDS}[.!]?$`,
  // Cacti's, where a log's prefix has taken that word
  String.raw`^(?<program>[A-Z]\S{1,40}) Encountered an? ${WORDS}[.!]?$`,
  // Squid
  String.raw`^(?:(?:.{0,60} )?FATAL: )?Received (?<words>Segment Violation|Bus Error)\.\.\.dying\.$`,
  String.raw`^${UNIT}Failed with result '(?<core>core-dump)'\.$`,
  String.raw`^Active: failed \(Result: (?<core>core-dump)\)`,
  String.raw`^(?:Main PID|Process): (?<pid>\d{1,10}) .{0,300}\(code=(?:dumped|killed), signal=(?<signal>[A-Z]{2,8})\)$`,
  // nginx, Apache, php-fpm, PostgreSQL, gunicorn, unicorn, uwsgi, HAProxy, supervisord, runit, monit, launchd, FreeBSD
  String.raw`^(?:\S{1,20} )?(?<program>(?:\S{1,40} ){0,3}?process) \d{1,10} exited on signal ${NUMBER}${REST}$`,
  String.raw`^.{0,100}child pid (?<pid>\d{1,10}) exit signal ${WORDS} \(\d{1,2}\)`,
  String.raw`^.{0,100}\bchild \d{1,10}(?: \([^)]{0,100}\))? exited on signal ${NUMBER}${REST}$`,
  String.raw`^(?:.{0,100}: {1,2})?(?<program>[\w ]{3,60}process)(?: "[^"]{0,100}")? \(PID (?<pid>\d{1,10})\) was terminated by signal ${NUMBER}(?:: .{1,60})?$`,
  String.raw`^.{0,60}(?:Worker|worker) \(pid:\d{1,10}\) was (?:sent|terminated due to signal) ${NUMBER}!?.{0,60}$`,
  String.raw`^.{0,100}reaped #<Process::Status: pid \d{1,10} ${NAME} \(signal \d{1,2}\)`,
  String.raw`^.{0,100}#<Process::Status: pid \d{1,10} ${NAME} \(signal \d{1,2}\)`,
  String.raw`^.{0,100}\b[Ww]orker \S.{0,60}(?:died|killed|exited|killed by|terminated|crashed).{0,40}signal[ :=]{1,2}${NUMBER}${REST}$`,
  String.raw`^(?:DAMN ! )?.{0,60}worker \d{1,6} \(pid: \d{1,10}\) died, killed by signal ${NUMBER}${REST}$`,
  String.raw`^(?:INFO |WARN )?(?:exited|terminated): (?<program>\S{1,100}) \(terminated by ${NAME}(?: \(core dumped\))?; not expected\)$`,
  String.raw`^pid \d{1,10} \((?<program>[^)]{1,64})\),(?: jid \d{1,6},)? uid \d{1,10}(?:: |,? ?)exited on signal ${NUMBER}(?: \(.{1,60}\))?$`,
];

/** `exited 139 in 'web'`, `Exit_status=139`, `non-zero exit (139)`, `code: ExitFailure (-11)`. */
const EXITED = String.raw`\b(?:[Ee]xit(?!s\b|ing\b)|EXIT)[A-Za-z_]{0,12}["')\]]?[^\w\n-]{1,30}(?:(?:with|exit|code|status|value|of|was|is|non-zero)[ :=(]{1,3}){0,4}["'(\[]?${STATUS}(?![\w/%-])(?![.:]\d|, ?\d)`;

/** `exited`, `Killed`, `terminating`. */
const DIED = String.raw`\b(?:[Ee]xit|[Ff]ail|[Kk]ill|[Tt]erminat|[Cc]rash|[Dd]ied|[Aa]bort)[a-z]{0,6}\b`;

/** What any supervisor may say: one form has many kinds of lines. */
const ANYBODY = [
  String.raw`^.{0,400}?${EXITED}.{0,300}$`,
  String.raw`^.{0,300}\bfailed with (?:exit )?(?:status|code)[ :=(]{1,3}${STATUS}\b.{0,200}$`,
  String.raw`^.{0,300}${DIED}.{0,80}\bsignal[ =:"'(]{1,3}${NAME}\b.{0,200}$`,
  String.raw`^.{0,200}${DIED}.{0,40}\(signal:? ${NUMBER}[),].{0,200}$`,
  // sacct
  String.raw`^\d{1,12}\S{0,40}[\s|].{0,200}\bFAILED[\s|]+(?:${STATUS}:\d{1,3}|0:${NUMBER})[\s|]*$`,
  String.raw`^.{0,200}(?:Service|service|job|Job).{0,60} exited due to (?:signal: ${WORDS}|${NAME}).{0,80}$`,
  String.raw`^.{0,100}(?:Child|child|process|Process|Program|program|subprocess|task|Task|server|Server|job|daemon|plugin|helper|renderer|thread|Command|command|executable|application)\b.{0,120}\b(?:exited|terminated|killed|died|crashed|ended|stopped|aborted|dumped|exit|failed|finished)\b.{0,60}\b(?:signal|sig)[ :=#([]{1,3}${NUMBER}${REST}$`,
  String.raw`^.{0,120}\b(?:killed|terminated|crashed|died|exited|aborted) (?:by|with(?! \d)|on|due to|from|because of)(?: a| the| deadly| fatal)? (?:signal[ :=#(]{1,3})?${NUMBER}\b${REST}$`,
  String.raw`^(?:fatal: |error: )?(?<program>\S.{0,200}) died of signal ${NUMBER}$`,
];

/** Each by itself: which one matches tells who said it. */
export const WAITER_FORMS: readonly RegExp[] = [
  ...BUILDS,
  ...TESTS,
  ...SHELLS,
  ...RUNNERS,
  ...SERVERS,
  ...ANYBODY,
].map(numbered);

const SPECIFIC = WAITER_FORMS.length - ANYBODY.length;
const ECHOED = BUILDS.length + TESTS.length;

/** Whether a form is one of a tool alone: then a second line of it is about a second death. */
export function isSpecific(form: number): boolean {
  return form < SPECIFIC;
}

/** Whether who writes a form lists at its end once more what failed. */
export function isEchoed(form: number): boolean {
  return form < ECHOED;
}

/** A name may come once in an expression (Node 20): the second and later ones get a number. */
function numbered(source: string): RegExp {
  const seen = new Map<string, number>();
  return new RegExp(
    source.replace(/\(\?<([a-z]{3,8})>/g, (_, name: string) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return `(?<${name}${count === 1 ? "" : count}>`;
    }),
  );
}
