// SPDX-License-Identifier: Apache-2.0
#include "sim/waveform.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>

#include "arch/problems.hpp"
#include "models/kernel.hpp"

namespace tritsim {
namespace {

/// Sets traced variables at the times of the changes.
class Player : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Player);

  Player(const sc_core::sc_module_name& name, const Waveform& waveform)
      : sc_module(name), waveform_(waveform), order_(waveform.changes.size()) {
    std::iota(order_.begin(), order_.end(), 0U);
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return waveform.changes[a].at < waveform.changes[b].at;
    });
    for (const Waveform::Signal& s : waveform.signals) {
      sums_.push_back(s.initial);
      values_.push_back(s.initial);
    }
    SC_THREAD(play);
  }

  void trace(sc_core::sc_trace_file* file) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const Waveform::Signal& s = waveform_.signals[i];
      sc_core::sc_trace(file, values_[i], s.name, static_cast<int>(s.width));
    }
  }

 private:
  void play() {
    for (std::size_t i = 0; i < order_.size();) {
      const std::uint64_t at = waveform_.changes[order_[i]].at;
      const auto time = sc_core::sc_time::from_value(at);
      if (time > sc_core::sc_time_stamp()) wait(time - sc_core::sc_time_stamp());
      for (; i < order_.size() && waveform_.changes[order_[i]].at == at; ++i) {
        const Waveform::Change& c = waveform_.changes[order_[i]];
        const Waveform::Signal& s = waveform_.signals[c.signal];
        sums_[c.signal] = s.sums ? sums_[c.signal] + c.value : c.value;
        values_[c.signal] =
            s.sums && s.width == 1 ? (sums_[c.signal] > 0 ? 1U : 0U) : sums_[c.signal];
      }
    }
    wait(1, sc_core::SC_PS);  // the last values are written when time goes on
  }

  const Waveform& waveform_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> sums_;
  std::vector<unsigned> values_;  // traced by address: never resized once tracing began
};

}  // namespace

void check_vcd_file(const std::string& file) {
  if (!file.ends_with(".vcd")) throw ConfigError(file + ": the name of a VCD file ends in .vcd");
  if (!std::ofstream(file)) throw ConfigError(file + ": cannot be written");
}

void write_vcd(const Waveform& waveform, const std::string& file) {
  check_vcd_file(file);
  Kernel kernel;
  // It tells of the unit of time, which the file says too.
  const auto actions =
      sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  Player player("player", waveform);
  sc_core::sc_trace_file* trace =
      sc_core::sc_create_vcd_trace_file(file.substr(0, file.size() - 4).c_str());
  trace->set_time_unit(1, sc_core::SC_PS);
  player.trace(trace);
  for (const std::string& line : waveform.comments) sc_core::sc_write_comment(trace, line);
  kernel.run();
  sc_core::sc_close_vcd_trace_file(trace);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, actions);
}

}  // namespace tritsim
