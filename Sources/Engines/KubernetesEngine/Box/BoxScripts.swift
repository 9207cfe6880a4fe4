/// What is run in pods, in the language of `sh`; nothing of a learner's is ever part of the text, only of the words after it.
///
/// The image needs `sh`, `bash`, GNU `tar`, `find` and coreutils. Whatever the cluster runs by `exec` is the leader of a session
/// of its own (runc and crun see to that), so its process group can be killed by its number.
enum BoxScripts {
    /// Programs without which a box does not work.
    static let programs = ["sh", "bash", "tar", "find", "head", "base64", "timeout", "env", "stat", "mkfifo", "mktemp"]

    /// The first process: waits, takes in orphans, and ends at once when it is told to.
    static let wait = "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done"

    /// Words: a mark, the directory, bytes of input, the program, then variables and the program with its words.
    static let run = """
        mark=$1 directory=$2 bytes=$3 program=$4; shift 4
        refuse() { printf '%s %s\\n' "$mark" "$1" >&2; exit 1; }
        cd "$directory" 2>/dev/null || refuse directory
        PATH=/opt/atlas/bin:$PATH; export PATH
        case $program in
        */*) [ -e "$program" ] || refuse missing; [ -f "$program" ] && [ -x "$program" ] || refuse forbidden;;
        *) command -v "$program" >/dev/null 2>&1 || refuse missing;;
        esac
        printf '%s started %s\\n' "$mark" "$$" >&2
        if [ "$bytes" -gt 0 ]; then head -c "$bytes" | exec env -- "$@"; else exec env -- "$@" </dev/null; fi
        """

    /// Words: a mark, columns, rows.
    static let shell = """
        stty cols "$2" rows "$3" 2>/dev/null
        cd /home/lab || exit 1
        PATH=/opt/atlas/bin:$PATH; export PATH
        printf '%s started %s\\n' "$1" "$$"
        exec bash --noprofile -l
        """

    /// Words: a signal, the number of a process.
    static let kill = "kill -s \"$1\" -- \"-$2\" 2>/dev/null || kill -s \"$1\" \"$2\" 2>/dev/null; exit 0"

    /// Words: a folder.
    ///
    /// Of each entry: kind, bytes, mode, change, target, path.
    static let list = "cd \"$1\" && exec find . -mindepth 1 -xdev -printf '%y\\0%s\\0%m\\0%C@\\0%l\\0%P\\0'"

    /// Words: a folder, bytes of the list of paths that is its input.
    static let pack = """
        cd "$1" && head -c "$2" | tar -c -f - --format=posix --no-recursion --hard-dereference --null -T -
        """

    /// Words: a folder, bytes of the archive that is its input.
    static let unpack = "cd \"$1\" && head -c \"$2\" | tar -x -f - --no-same-owner -m"

    /// Words: a folder, a path, the most bytes.
    ///
    /// Ends with 44 if there is no such file, 45 if it is too large.
    static let read =
        walk + """
            [ -f "$p" ] && [ ! -L "$p" ] || exit 44
            [ "$(stat -c %s -- "$p")" -le "$3" ] || exit 45
            if [ -x "$p" ]; then echo x; else echo -; fi
            exec cat -- "$p"
            """

    /// Words: a folder, a path.
    ///
    /// Ends with 44 if there is nothing, 45 if it is a folder.
    static let remove =
        walk + """
            [ -e "$p" ] || [ -L "$p" ] || exit 44
            if [ -d "$p" ] && [ ! -L "$p" ]; then exit 45; fi
            exec rm -f -- "$p"
            """

    /// Goes down the path `$2`, and ends with 44 where a folder on the way is a link.
    private static let walk = """
        cd "$1" || exit 1
        set -f; p=.; ifs=$IFS; IFS=/
        for part in $2; do [ -L "$p" ] && [ "$p" != . ] && exit 44; p=$p/$part; done
        IFS=$ifs

        """

    /// Words: folders.
    ///
    /// What is used, a name and a number a line.
    static let usage = """
        c=/sys/fs/cgroup
        if [ -r $c/memory.current ]; then
          echo "memory $(cat $c/memory.current)"; echo "processes $(cat $c/pids.current 2>/dev/null)"
          sed -n 's/^usage_usec /microseconds /p' $c/cpu.stat 2>/dev/null
          sed -n 's/^oom_kill /killed /p' $c/memory.events 2>/dev/null
        elif [ -r $c/memory/memory.usage_in_bytes ]; then
          echo "memory $(cat $c/memory/memory.usage_in_bytes)"; echo "processes $(cat $c/pids/pids.current 2>/dev/null)"
          echo "nanoseconds $(cat $c/cpuacct/cpuacct.usage 2>/dev/null)"
          sed -n 's/^oom_kill /killed /p' $c/memory/memory.oom_control 2>/dev/null
        fi
        df -B1 --output=used "$@" 2>/dev/null | sed -n 's/^ *\\([0-9][0-9]*\\)$/disk \\1/p'
        """

    /// The names of all programs that are found, one a line.
    static let found = """
        IFS=:; for folder in $PATH; do for file in "$folder"/*; do
        [ -x "$file" ] && [ ! -d "$file" ] && printf '%s\\n' "${file##*/}"; done; done
        """

    /// A command that Atlas answers: leaves its words in a folder of its own, tells the listener, waits for status and text.
    static let ask = """
        #!/bin/sh
        here=/run/atlas
        [ -p $here/requests ] && mine=$(mktemp -d $here/r.XXXXXX) && mkfifo "$mine/answer" || {
          echo "Atlas does not listen here just now." >&2; exit 75; }
        trap 'rm -rf "$mine"' EXIT
        { printf '%s\\0' "${0##*/}"; for word; do printf '%s\\0' "$word"; done; } | head -c 4097 >"$mine/words"
        printf '%s\\n' "${mine##*/}" >$here/requests
        exec 3<"$mine/answer"
        read -r status <&3 && cat <&3
        exit "${status:-75}"

        """

    /// Listens to `ask`: prints the name of its folder and its words in base 64, one request a line.
    static let listen = """
        mkdir -p /run/atlas && cd /run/atlas || exit 1
        [ -f listener ] && kill "$(cat listener)" 2>/dev/null
        rm -f requests; mkfifo requests && echo $$ >listener || exit 1
        while read -r name <&3; do
          case $name in *[!A-Za-z0-9.]*) continue;; r.??????) ;; *) continue;; esac
          [ -f "$name/words" ] && printf '%s %s\\n' "$name" "$(head -c 4097 "$name/words" | base64 | tr -d '\\n')"
        done 3<>requests
        """

    /// Words: the folder of a request, bytes of the answer that is its input.
    static let answer = """
        cd /run/atlas && [ -p "$1/answer" ] && head -c "$2" | timeout 10 sh -c 'cat >"$1"' sh "$1/answer"
        """

    /// A script with its words.
    static func words(_ script: String, _ words: [String] = []) -> [String] {
        ["/bin/sh", "-c", script, "atlas"] + words
    }
}
