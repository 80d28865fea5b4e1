# SPDX-License-Identifier: Apache-2.0
# A search for the front: the same whatever -j and however often it is interrupted, and a front that is
# no worse than that of as many random points.
here=$SOURCE_DIR/tests/cli/sweep
base() {
  sed -e "s|\.\./\.\./\.\.|$SOURCE_DIR|; s|model.yaml|$here/model.yaml|; /^skip/d" \
    -e 's/to: 8/to: 32/; s/values: \[64, 128, 256\]/range: {from: 16, to: 512, step: 16}/' \
    -e 's/step: 50 MHz/step: 10 MHz/; s/require.*/require: ["power_w < 60"]/' "$here/sweep.yaml"
  echo "sampling: {method: $*}"
}
base nsga2, population: 24, generations: 14, seed: 1 > search.yaml

"$TRITSIM" sweep search.yaml -o one.sqlite -j 1 > one.txt 2> /dev/null
"$TRITSIM" sweep search.yaml -o two.sqlite -j 2 > two.txt 2> /dev/null
[ "$(grep -c '^generation' one.txt)" = 15 ]
diff <(grep generation one.txt) <(grep generation two.txt)
points=$(grep -o '^[0-9]* points run' one.txt | cut -d' ' -f1)
python3 -B "$here/rows.py" "$points" one.sqlite two.sqlite

# Interrupted and resumed it goes the same way, and runs the rest alone.
cp one.sqlite part.sqlite
python3 -B - <<'PY'
import sqlite3
db = sqlite3.connect("part.sqlite")
db.execute("DELETE FROM points WHERE point % 3 = 0")
db.execute("DELETE FROM generations WHERE generation > 2")
db.commit()
open("left", "w").write(str(db.execute("SELECT count(*) FROM points").fetchone()[0]))
PY
"$TRITSIM" sweep search.yaml -o part.sqlite --resume > part.txt 2> /dev/null
diff <(grep generation one.txt) <(grep generation part.txt)
grep -q "^$((points - $(cat left))) points run" part.txt
python3 -B "$here/rows.py" "$points" one.sqlite part.sqlite

# Against random points, as many of them, for several seeds.
for seed in 1 2; do
  base random, points: "$points", seed: $seed > random.yaml
  "$TRITSIM" sweep random.yaml -o random$seed.sqlite > /dev/null 2>&1
done
python3 -B - <<'PY'
import sqlite3

def costs(name):
    db = sqlite3.connect(name)
    return list(db.execute("SELECT -tokens_per_s, power_w FROM points WHERE status = 'ok' AND fits = 1 AND power_w < 60"))

def front(name):
    best, out = float("inf"), []
    for cost in sorted(costs(name)):
        if cost[1] < best:
            best = cost[1]
            out.append(cost)
    return out

def volume(front, reference):
    total, last = 0, reference[1]
    for x, y in front:
        if x < reference[0] and y < last:
            total += (reference[0] - x) * (last - y)
            last = y
    return total

searched = front("one.sqlite")
steps = list(sqlite3.connect("one.sqlite").execute("SELECT * FROM generations ORDER BY generation"))
volumes = [s[3] for s in steps]
assert volumes == sorted(volumes) and volumes[-1] > volumes[0], volumes
assert steps[-1][2] == sum(cost in searched for cost in costs("one.sqlite")), steps[-1]
reference = (0, 60)
for seed in 1, 2:
    other = front(f"random{seed}.sqlite")
    ours, theirs = volume(searched, reference), volume(other, reference)
    assert ours >= theirs, (seed, ours, theirs)
PY

code=0
"$TRITSIM" sweep search.yaml -o none.sqlite --shard 1/2 2> err.txt || code=$?
[ "$code" = 2 ] && grep -q -- '--shard: a search needs the results of all its points' err.txt
sed 's/ternary.ternaries_per_cycle, range: {from: 16/ternary.ternaries_per_cycle, range: {from: 0/' search.yaml > bad.yaml
code=0
"$TRITSIM" sweep bad.yaml -o none.sqlite 2> err.txt || code=$?
[ "$code" = 2 ] && grep -q "'0' is out of range \[point 0: " err.txt
[ ! -e none.sqlite ]
