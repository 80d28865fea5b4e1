# SPDX-License-Identifier: Apache-2.0
# A sweep on the ranks of an MPI job: the rows of one process; a rank that dies ends the job, and what
# was done is kept.
if ! command -v mpirun > /dev/null || [ ! -x "$(dirname "$TRITSIM")/tritsim-mpi" ]; then
  echo "no MPI: tools/setup.sh test installs it"
  exit 77
fi
# Ranks share the cores of one machine, whoever the tests run as.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
sweep=$SOURCE_DIR/tests/cli/sweep/sweep.yaml
rows="python3 -B $SOURCE_DIR/tests/cli/sweep/rows.py"
points=132

"$TRITSIM" sweep "$sweep" -o one.sqlite -j 1 > /dev/null 2>&1
mpirun -n 4 "$TRITSIM" sweep "$sweep" -o four.sqlite > out.txt 2> err.txt
grep -q "^$points points run in .* 0 without a result: four.sqlite" out.txt
[ "$(grep -c 'points of the grid' err.txt)" = 1 ]
mpirun -n 1 "$TRITSIM" sweep "$sweep" -o alone.sqlite > /dev/null 2>&1
$rows $points one.sqlite four.sqlite alone.sqlite

# Ranks have the points of a search run, too.
sed -e "s|\.\./\.\./\.\.|$SOURCE_DIR|; s|model.yaml|$SOURCE_DIR/tests/cli/sweep/model.yaml|" \
  -e 's/^skip.*/sampling: {method: nsga2, population: 8, generations: 2, seed: 4}/' \
  "$sweep" > search.yaml
"$TRITSIM" sweep search.yaml -o search1.sqlite -j 1 > search1.txt 2> /dev/null
mpirun -n 3 "$TRITSIM" sweep search.yaml -o search3.sqlite > search3.txt 2> /dev/null
diff <(grep generation search1.txt) <(grep generation search3.txt)
$rows "$(grep -o '^[0-9]* points run' search1.txt | cut -d' ' -f1)" search1.sqlite search3.sqlite

# A bad sweep: told once, by rank 0, and everybody stops.
sed "s/ternaries_per_cycle/ternaries_per_cycl/" search.yaml > bad.yaml
code=0
timeout 60 mpirun -n 3 "$TRITSIM" sweep bad.yaml -o bad.sqlite > out.txt 2> err.txt || code=$?
[ "$code" = 2 ]
[ "$(grep -c "did you mean 'board.cores.0.core.ternary.ternaries_per_cycle'" err.txt)" = 1 ]

# A point whose process dies is a row; the rank and the others go on. Then a rank dies.
python3 -B - "$sweep" <<'PY'
import os, signal, sqlite3, subprocess, sys, time

def command(*more):
    return ["mpirun", "-n", "4", os.environ["TRITSIM"], "sweep", sys.argv[1], "-o", "killed.sqlite", *more]

def workers(job):
    """Processes of the job: (pid, parent, name) of those that run points."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name, rest = open(f"/proc/{pid}/stat").read().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        out.append((int(pid), int(rest.split()[1]), name))
    ranks = [p for p, parent, name in out if parent == job and name.startswith("tritsim")]
    forks = [p for p, parent, name in out if parent in ranks]
    return ranks, forks

def count():
    try:
        db = sqlite3.connect("file:killed.sqlite?mode=ro", uri=True)
        return db.execute("SELECT count(*) FROM points").fetchone()[0]
    except sqlite3.OperationalError:
        return 0

def start(rows):
    """A job that has committed some rows."""
    for name in os.listdir("."):
        if name.startswith("killed.sqlite"):
            os.remove(name)
    job = subprocess.Popen(command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while count() < rows and job.poll() is None:
        time.sleep(0.002)
    return job

def finish(expected):
    """The rest, and only that, gives the rows of one process."""
    done = subprocess.run(command("--resume", "--retry"), check=True, capture_output=True, text=True)
    assert done.stdout.startswith(f"{expected} points run in"), (expected, done.stdout)
    rows = os.environ["SOURCE_DIR"] + "/tests/cli/sweep/rows.py"
    subprocess.run([sys.executable, "-B", rows, "132", "one.sqlite", "killed.sqlite"], check=True)

for rows, victim in (10, 0), (40, 2):  # rank 0 writes the database
    job = start(rows)
    ranks, _ = workers(job.pid)
    assert len(ranks) == 4, ranks
    os.kill(sorted(ranks)[victim], signal.SIGKILL)
    assert job.wait(60) != 0
    had = count()
    assert rows <= had < 132, had
    finish(132 - had)

for attempt in range(5):  # a process that has just done its last point is none that matters
    job = start(10)
    _, forks = workers(job.pid)
    if forks:
        os.kill(forks[0], signal.SIGKILL)
    assert job.wait(60) == 0 and count() == 132
    db = sqlite3.connect("killed.sqlite")
    crashed = db.execute("SELECT reason FROM points WHERE status <> 'ok'").fetchall()
    db.close()
    assert crashed in ([], [("killed by signal 9 (Killed)",)]), crashed
    if crashed:
        break
assert crashed
finish(1)
PY
