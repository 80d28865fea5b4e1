// SPDX-License-Identifier: Apache-2.0
// A virtual platform that is not Tritsim: an initiator of its own, sc_main, and the DDR4 channel of
// Tritsim as a plain TLM-2.0 target.
#include <algorithm>
#include <array>
#include <iostream>
#include <random>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

#include "arch/base/reader.hpp"
#include "arch/hardware/memory.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/simulation_context.hpp"

namespace {

/// Copies, then reads at random addresses, and tells how fast that was.
class Dma : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Dma> socket{"socket"};
  bool failed = false;

  SC_HAS_PROCESS(Dma);

  explicit Dma(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

 private:
  static constexpr std::uint64_t burst = 64;
  static constexpr std::uint64_t bursts = 16384;

  /// Sends an access at the time of its data; returns when they are there.
  sc_core::sc_time send(tlm::tlm_command command, std::uint64_t address, unsigned char* data) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(burst);
    payload.set_streaming_width(burst);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    failed = failed || !payload.is_response_ok();
    return sc_core::sc_time_stamp() + delay;
  }

  void report(const char* what, sc_core::sc_time begin, sc_core::sc_time end) {
    const double seconds = (end - begin).to_seconds();
    std::cout << what << ": " << burst * bursts / seconds / 1e9 << " GB/s\n";
    wait(end - sc_core::sc_time_stamp());
  }

  void run() {
    std::array<unsigned char, burst> data{};
    std::array<unsigned char, burst> copy{};
    sc_core::sc_time begin = sc_core::sc_time_stamp();
    sc_core::sc_time end;
    for (std::uint64_t i = 0; i < bursts; ++i) {  // all at once: the memory orders them
      data.fill(static_cast<unsigned char>(i));
      end = std::max(end, send(tlm::TLM_WRITE_COMMAND, i * burst, data.data()));
    }
    report("sequential writes", begin, end);

    begin = sc_core::sc_time_stamp();
    for (std::uint64_t i = 0; i < bursts; ++i) {
      end = std::max(end, send(tlm::TLM_READ_COMMAND, i * burst, copy.data()));
      data.fill(static_cast<unsigned char>(i));
      failed = failed || data != copy;
    }
    report("sequential reads", begin, end);

    begin = sc_core::sc_time_stamp();
    std::mt19937 random(1);
    for (std::uint64_t i = 0; i < bursts; ++i) {  // one after the other
      end = send(tlm::TLM_READ_COMMAND, random() % (1U << 22) * burst, copy.data());
      wait(end - sc_core::sc_time_stamp());
    }
    report("random reads, each waited for", begin, end);
  }
};

}  // namespace

int sc_main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: foreign_platform PREFIX/share/tritsim/configs\n";
    return 2;
  }
  const std::string file = std::string(argv[1]) + "/memories/ddr4_2400_u250.yaml";
  tritsim::Memory ddr4("ddr4", tritsim::load<tritsim::MemorySpec>(file));
  Dma dma("dma");
  dma.socket.bind(ddr4.port);
  sc_core::sc_start();

  const tritsim::MemoryActivity done = ddr4.settle(tritsim::from_sc_time(sc_core::sc_time_stamp()));
  std::cout << done.activates << " rows opened, " << done.page_hits << " hits, " << done.refreshes
            << " refreshes in " << sc_core::sc_time_stamp() << "\n";
  return dma.failed ? 1 : 0;
}
