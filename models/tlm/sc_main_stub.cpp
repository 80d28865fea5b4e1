// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include <systemc>

// Debian's SystemC library contains a main() that calls sc_main(); our programs have a main() of
// their own. In an archive and alone in its file, so that a program with its own sc_main() keeps
// it.
int sc_main(int /*argc*/, char* /*argv*/[]) {
  return EXIT_FAILURE;
}
