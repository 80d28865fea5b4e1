# SPDX-License-Identifier: Apache-2.0
# Special files as inputs and outputs, full disks, closed streams: every combination ends at once,
# with exit code 2 and a message that names the file, and destroys nothing.
set -euo pipefail
configs=$SOURCE_DIR/configs
board=$configs/boards/u250_mmfree_24.yaml
model=$configs/models/mmfreelm_370m.yaml
memory=$configs/memories/ddr4_2400_u250.yaml
mapping=$configs/mappings/blocks_pipeline.yaml
program=$configs/programs/token_mixer.tmi
measurements=$configs/measurements/u250_silicon.yaml
run=(run --board "$board" --model "$model" --prompt 0 --generate 1)

faults=0
fault() {
  echo "$*"
  faults=$((faults + 1))
}

# refused WORDS COMMAND...: exit code 2 within seconds, WORDS on standard error, no internal error.
refused() {
  local words=$1 code=0
  shift
  timeout 20 "$TRITSIM" "$@" > stdout.txt 2> stderr.txt < /dev/null || code=$?
  [ "$code" = 2 ] || fault "exit code $code instead of 2: $*: $(head -c 300 stderr.txt)"
  grep -qF -- "$words" stderr.txt || fault "'$words' is not said: $*: $(head -c 300 stderr.txt)"
  ! grep -q 'internal error' stderr.txt || fault "internal error: $*: $(head -c 300 stderr.txt)"
}

# Special files. A socket would need a server; a loop of links and a long name need none.
mkdir special
(
  cd special
  mkdir directory
  mkfifo fifo
  ln -s loop loop
  ln -s nowhere dangling
  ln -s /dev/zero zero
  ln -s /dev/full full
  ln -s fifo link_to_fifo
  truncate -s 200G huge
  : > empty
  for file in *; do ln -s "$file" "$file.html"; done
)
long=special/$(printf 'x%.0s' {1..1000})

# Inputs: @ stands for the special file.
inputs=(
  "check @"
  "check --board @ $program"
  "run --board @ --model $model"
  "run --board $board --model @"
  "run --board $board --trace @"
  "run --board $board --program @"
  "run --board $board --model $model --mapping @"
  "run --board $board --model $model --overlay @"
  "run --from @"
  "run --from @.html"
  "report @"
  "index @ -o index.html"
  "compare @ @"
  "compare --point @ $model"
  "compare --point $board @ --point $board @"
  "compare --point $board $model @ --point $board $model"
  "validate @"
  "validate --overlay @"
  "calibrate @ --fit power.idle"
  "map @ $model"
  "map $board @"
  "map $board $model --mapping @"
  "memory @"
  "memory $memory --requests @"
  "trace show @"
  "trace check @"
  "trace diff @ @"
  "trace profile @ --model $model"
  "trace export --model @ -o out.trace"
  "trace import @ -o out.trace"
  "sweep @ -o out.sqlite"
  "sweep $configs/sweeps/u250_370m.yaml --overlay @ -o out.sqlite"
  "sweep show @"
  "sweep merge -o out.sqlite @"
)
for input in "${inputs[@]}"; do
  for file in special/{directory,fifo,loop,dangling,zero,full,link_to_fifo,huge,empty} "$long"; do
    read -ra words <<< "${input//@/$file}"
    refused '' "${words[@]}"
    [ -s stderr.txt ] || fault "nothing is said: ${words[*]}"
    [ ! -s stdout.txt ] || fault "something on standard output: ${words[*]}"
  done
done
refused 'special/huge: has more than 64 MiB' check special/huge
refused 'special/huge: has more than 16 MiB' run --board "$board" --program special/huge
refused 'special/huge.html: has more than 256 MiB' run --from special/huge.html
refused 'special/fifo: is a pipe' check special/fifo
refused 'special/zero: is a device' run --board special/zero --model "$model"
rm -f out.sqlite out.trace index.html

# Outputs: what is there before is there afterwards.
"$TRITSIM" "${run[@]}" -o stored > /dev/null
outputs=(
  "${run[*]} --timeline @"
  "${run[*]} --vcd @"
  "trace export --model $model -o @"
  "memory $memory --bytes 64KiB --commands @"
  "index stored/report.html -o @"
  "calibrate $measurements --only power --fit power.idle -o @"
)
device=special/device
# A node of our own, where that is allowed: this is what a command as root would destroy.
mknod "$device" c 1 7 2> /dev/null || ln -s /dev/full "$device"
kind=$(stat -c %F "$device")
for output in "${outputs[@]}"; do
  for file in special/{directory,fifo,loop} none/such "$device" "$long"; do
    read -ra words <<< "${output//@/$file}"
    refused "$file" "${words[@]}"
  done
  [ "$(stat -c %F "$device")" = "$kind" ] || fault "the device is gone: $output"
  [ -p special/fifo ] || fault "the pipe is gone: $output"
  read -ra words <<< "${output//@/$device}"
  refused 'No space left on device' "${words[@]}"
  read -ra words <<< "${output//@/through}"
  ln -sfn /dev/null through
  "$TRITSIM" "${words[@]}" > /dev/null || fault "not written through: ${words[*]}"
  [ -L through ] || fault "the link is gone: ${words[*]}"
done

# A limit on the size of files is met as a full disk is; the older file stays, nothing else does.
mkdir small
for output in "${outputs[@]:0:3}"; do
  echo mine > small/file
  read -ra words <<< "${output//@/small/file}"
  code=0
  (ulimit -f 1 && exec "$TRITSIM" "${words[@]}" > /dev/null 2> stderr.txt) || code=$?
  [ "$code" = 2 ] || fault "exit code $code at a full disk: ${words[*]}"
  grep -q 'small/file: cannot write the file: File too large' stderr.txt ||
    fault "no word of the full disk: ${words[*]}"
  [ "$(cat small/file)" = mine ] || fault "the older file is lost: ${words[*]}"
  [ "$(find small -type f | wc -l)" = 1 ] || fault "something stays behind: $(ls -A small)"
done

# A run that is refused does not touch them; an input is never an output.
echo mine > kept.vcd
refused 'no such key' "${run[@]}" --set cores.0.core.clok=1 --vcd kept.vcd
refused 'no such key' "${run[@]}" --set cores.0.core.clok=1 --timeline kept.vcd
[ "$(cat kept.vcd)" = mine ] || fault "--vcd emptied a file"
sed "s#\.\./blocks#$configs/blocks#" "$model" > model.yaml
cp "$board" in.yaml
sed -i "s|: \.\./|: $configs/|" in.yaml
before=$(cat model.yaml in.yaml stored/report.html | cksum)
refused 'is an input of this command' run --board "$board" --model model.yaml --generate 1 --timeline model.yaml
refused 'is an input of this command' run --board "$board" --model model.yaml --generate 1 --vcd ./model.yaml
refused 'is an input of this command' run --board in.yaml --model "$model" --generate 1 --vcd in.yaml
refused 'is an input of this command' trace export --model model.yaml -o model.yaml
refused 'is an input of this command' index stored/report.html -o stored/report.html
refused 'is an input of this command' run --from stored/report.html -o stored
[ "$before" = "$(cat model.yaml in.yaml stored/report.html | cksum)" ] || fault "an input has changed"
refused 'is already an output' "${run[@]}" --timeline both --vcd both

# Standard output: full, or closed.
printers=(
  "--help"
  "run --help"
  "--version"
  "check $board"
  "${run[*]}"
  "${run[*]} --json"
  "report stored/result.json"
  "report stored/result.json --json"
  "report stored/result.json --markdown"
  "compare stored/result.json stored/result.json"
  "compare stored/result.json stored/result.json --json"
  "compare stored/result.json stored/result.json --waterfall"
  "validate u250_silicon --summary"
  "validate u250_silicon --json"
  "calibrate $measurements --only power --fit power.idle"
  "map $board $model"
  "map $board $model --explain --csv"
  "map $board $model --json"
  "memory $memory --bytes 64KiB"
  "memory $memory --idle --json"
  "schema board"
  "schema --markdown"
  "trace export --model $model -o 370m.trace"
  "trace show 370m.trace --csv"
  "trace check 370m.trace"
)
for printer in "${printers[@]}"; do
  read -ra words <<< "$printer"
  for stream in '> /dev/full' '>&-'; do
    code=0
    eval 'timeout 60 "$TRITSIM" "${words[@]}" 2> stderr.txt' "$stream" || code=$?
    [ "$code" = 2 ] || fault "exit code $code with $stream: $printer"
    grep -q '^standard output: cannot be written: ' stderr.txt ||
      fault "nothing said with $stream: $printer: $(cat stderr.txt)"
  done
done
# ... and what a command opens never becomes standard output.
code=0
"$TRITSIM" "${run[@]}" --timeline stream.json >&- 2> /dev/null || code=$?
[ "$code" = 2 ] && [ ! -e stream.json ] || fault "descriptor 1 was given to a file"
# Standard error that takes nothing changes no exit code.
code=0
"$TRITSIM" check none.yaml 2> /dev/full || code=$?
[ "$code" = 2 ] || fault "exit code $code without standard error"

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
