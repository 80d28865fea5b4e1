# SPDX-License-Identifier: Apache-2.0
# A stored result is rendered again; a report and a result are run again, to the same bytes.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models

fails() {
  local words=$1 code=0
  shift
  "$TRITSIM" "$@" > /dev/null 2> error.txt || code=$?
  [ "$code" = 2 ]
  grep -qF -- "$words" error.txt
}

"$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
  --generate 2 --set cores.0.core.clock="200 MHz" -o first > /dev/null
"$TRITSIM" report first/result.json -o rendered > terminal.txt
grep -q 'Tokens/s, all sequences' terminal.txt
diff -r first rendered

"$TRITSIM" run --from first/report.html -o from_page > /dev/null
diff -r first from_page
"$TRITSIM" run --from first/result.json -o from_result > /dev/null
diff -r first from_result

# A program, too.
printf 'tmatmul v1, v0, W\n' > one.tmi
"$TRITSIM" run --board "$boards/d5005_mmfree.yaml" --program one.tmi --dim 64 -o program > /dev/null
"$TRITSIM" run --from program/report.html -o program_again > /dev/null
diff -r program program_again

# Someone changed the inputs: the result is not that of the report.
sed 's/"generate": 2/"generate": 3/' first/report.html > changed.html
! cmp -s first/report.html changed.html
fails 'takes a different time' run --from changed.html
fails '--from repeats the run of the file' run --from first/report.html --board "$boards/u250_mmfree_24.yaml"
fails 'give a --board, or --from' run --model "$models/mmfreelm_370m.yaml"
echo '<html></html>' > other.html
fails 'holds no inputs of a run' run --from other.html
echo '{}' > empty.json
fails 'holds no result' report empty.json
fails 'is no report of this tool' index other.html -o index.html

"$TRITSIM" index first/report.html -o index.html
grep -q '<a href="first/report.html">' index.html
