# SPDX-License-Identifier: Apache-2.0
# A thin front of the CMake presets; `make` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)

build = cmake --build --preset $(1) --parallel $(JOBS)
test = ctest --preset $(1) --parallel $(JOBS)

.PHONY: help demo test torture bench format tidy asan asan-library check-all coverage docs clean

help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo:  ## build the tool, make a run, a comparison, a sweep and the validation, show where the reports are
	@tools/setup.sh demo; \
	cmake --preset release -DTRITSIM_TESTS=OFF; \
	$(call build,release) --target tritsim; \
	tools/demo.sh build/release/tritsim out/demo; \
	echo "reports: $(CURDIR)/out/demo/index.html"; \
	echo "elapsed: $$SECONDS s"

test:  ## build everything and run all tests
	@trap 'echo "elapsed: $$SECONDS s"' EXIT; \
	tools/setup.sh test; \
	cmake --preset release; \
	$(call build,release); \
	$(call test,release)

torture:  ## check and run a mutant of every number and key of every shipped file (takes long)
	@tools/setup.sh test; \
	cmake --preset release; \
	$(call build,release) --target tritsim; \
	python3 tests/torture/mutate.py build/release/tritsim . build/release/torture --jobs $(JOBS)

bench:  ## run the benchmarks
	@tools/setup.sh test; \
	cmake --preset release; \
	$(call build,release) --target tritsim_bench; \
	build/release/tests/tritsim_bench

format:  ## format the sources in place
	@tools/setup.sh test; \
	tools/format.sh

tidy:  ## look at every source with clang-tidy, after a build (takes long)
	@tools/setup.sh dev; \
	cmake --preset release; \
	$(call build,release); \
	tools/tidy.sh build/release

# models/tlm/address_sanitizer.cpp tells the sanitizer which stacks SystemC unmaps and when main's
# is back. The preset says where the search library is: the sanitizer loads it in place of the
# program, whose own search path does not count then.
asan:  ## run all tests under the address and undefined behaviour sanitizers
	@tools/setup.sh test; \
	cmake --preset asan; \
	$(call build,asan); \
	$(call test,asan)

asan-library:  ## the same with the tests of the library alone: no browser, no command line
	@tools/setup.sh test; \
	cmake --preset asan; \
	$(call build,asan) --target test_arch test_laws test_models test_sim test_reports; \
	$(call test,asan) -L '^(arch|laws|models|sim|reports)$$'

check-all: test tidy asan torture  ## everything that can be checked (takes hours)

coverage:  ## run all tests and report the covered lines
	@tools/setup.sh dev; \
	cmake --preset coverage; \
	$(call build,coverage); \
	find build/coverage -name '*.gcda' -delete; \
	$(call test,coverage); \
	gcovr --root . --filter '(arch|models|sim|reports)/' --print-summary build/coverage

docs:  ## bring README.md and docs/ up to date with what the tool prints
	@tools/setup.sh test; \
	cmake --preset release; \
	$(call build,release) --target tritsim; \
	tools/docs.py --write build/release/tritsim

clean:  ## remove all that was built and simulated
	rm -rf build out
