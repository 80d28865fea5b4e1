# SPDX-License-Identifier: Apache-2.0
# What a terminal shows: its width, NO_COLOR, help in words, commands that do not exist. Files and
# pipes get the same bytes wherever a command runs.
set -euo pipefail
run=("$TRITSIM" map "$SOURCE_DIR/configs/boards/k26_mmfree.yaml"
     "$SOURCE_DIR/configs/models/mmfreelm_370m.yaml" --explain)

"${run[@]}" > piped.txt
COLUMNS=40 "${run[@]}" > narrow.txt
NO_COLOR=1 TERM=dumb "${run[@]}" > dumb.txt
cmp piped.txt narrow.txt
cmp piped.txt dumb.txt

cat > terminal.py <<'PY'
"""terminal.py COLUMNS WORD...: what the command prints on a terminal of so many columns."""
import fcntl, os, pty, struct, subprocess, sys, termios
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
process = subprocess.Popen(sys.argv[2:], stdout=slave, stderr=subprocess.DEVNULL)
os.close(slave)
text = b""
while True:
    try:
        part = os.read(master, 65536)
    except OSError:
        break
    if not part:
        break
    text += part
sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
sys.exit(process.wait())
PY
unset COLUMNS NO_COLOR
export TERM=xterm
python3 terminal.py 90 "${run[@]}" > at90.txt
python3 terminal.py 200 env COLUMNS=70 "${run[@]}" > at70.txt
python3 terminal.py 400 "${run[@]}" > wide.txt
NO_COLOR=1 python3 terminal.py 90 "${run[@]}" > plain.txt
python3 terminal.py 60 "$TRITSIM" run --board "$SOURCE_DIR/configs/boards/k26_mmfree.yaml" \
  --model "$SOURCE_DIR/configs/models/mmfreelm_370m.yaml" --generate 1 --no-what-if > run60.txt
python3 - <<'PY'
import re
bold = re.compile("\x1b\\[[0-9;]*m")
read = lambda name: open(name, encoding="utf-8").read()
for name, columns in (("at90.txt", 90), ("at70.txt", 70), ("run60.txt", 60)):
    text = read(name)
    assert bold.search(text), name
    for line in bold.sub("", text).splitlines():
        assert len(line) <= columns, (name, columns, line)
assert not bold.search(read("plain.txt")) and "\x1b" not in read("plain.txt")
assert bold.sub("", read("at90.txt")) == read("plain.txt")
# Nothing is lost: every number of the wide table stands in the narrow ones, too.
numbers = lambda text: sorted(re.findall(r"\b[0-9][0-9,.]*[0-9]\b", bold.sub("", text)))
assert set(numbers(read("wide.txt"))) <= set(numbers(read("at90.txt")))
PY

# Help in words, with examples for every command.
"$TRITSIM" run --help > help.txt
! grep -qE 'UINT|INT in|\[0 - |REQUIRED' help.txt
grep -qE '\-\-prompt N +prompt tokens .*0 to 10,000,000' help.txt
for command in run compare check validate calibrate map memory trace sweep report index schema \
  'trace show' 'trace diff' 'trace check' 'trace export' 'trace import' 'trace profile' \
  'sweep show' 'sweep merge'; do
  # shellcheck disable=SC2086
  "$TRITSIM" $command --help > help.txt || { echo "no help for $command"; exit 1; }
  grep -q "  tritsim $command " help.txt || { echo "$command --help shows no example"; exit 1; }
  if grep -qE 'UINT|INT in|FLOAT|TEXT:|REQUIRED' help.txt; then
    echo "$command --help names types"
    exit 1
  fi
  while IFS= read -r line; do
    [ "${#line}" -le 100 ] || { echo "$command --help: $line"; exit 1; }
  done < help.txt
done

refuse() {  # TEXT COMMAND...: ends with 2 and says TEXT
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  [ "$code" = 2 ] && grep -qF -- "$text" stderr.txt && [ ! -s stdout.txt ] && return
  echo "exit $code, '$text' expected: $*"
  cat stderr.txt
  exit 1
}
refuse "'rnu' is not a command of 'tritsim'; did you mean 'run'?" "$TRITSIM" rnu
refuse "'xyzzy' is not a command of 'tritsim'; there are" "$TRITSIM" xyzzy
refuse "'shwo' is not a command of 'tritsim trace'; did you mean 'show'?" "$TRITSIM" trace shwo x
refuse "did you mean '--board'?" "$TRITSIM" run --baord x.yaml --model y.yaml
refuse "did you mean '--json'?" "$TRITSIM" map a b --jsno
refuse 'is one word too many' "$TRITSIM" schema board again
