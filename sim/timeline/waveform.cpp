// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/waveform.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>

#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

namespace tritsim {
namespace {

/// A short name of a signal, of the characters that the format allows: base 94, from '!'.
std::string code_of(std::size_t signal) {
  std::string code;
  for (std::size_t rest = signal;; rest = rest / 94 - 1) {
    code += static_cast<char>('!' + rest % 94);
    if (rest < 94) return code;
  }
}

/// A text that cannot end its comment: `$` begins a command of the format.
std::string comment_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '$' || (c >= 0 && c < ' '); }, ' ');
  return text;
}

/// A value as the format spells it; x where the bits of the signal do not hold it.
std::string spelt(const Waveform::Signal& signal, std::uint32_t value, const std::string& code) {
  if (signal.width == 1) return fmt::format("{}{}\n", value != 0 ? '1' : '0', code);
  if (signal.width < 32 && value >> signal.width != 0) return fmt::format("bx {}\n", code);
  return fmt::format("b{:b} {}\n", value, code);
}

void write_scopes(const Waveform& waveform, OutputFile& out) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < waveform.signals.size(); ++i) {
    const Waveform::Signal& s = waveform.signals[i];
    std::vector<std::string> path;
    boost::algorithm::split(path, s.name, [](char c) { return c == '.'; });
    const std::string name = path.back();
    path.pop_back();
    const auto same =
        std::mismatch(open.begin(), open.end(), path.begin(), path.end()).first - open.begin();
    for (; open.size() > static_cast<std::size_t>(same); open.pop_back())
      out.write("$upscope $end\n");
    for (; open.size() < path.size(); open.push_back(path[open.size()])) {
      out.write(fmt::format("$scope module {} $end\n", path[open.size()]));
    }
    out.write(fmt::format("$var wire {} {} {} $end\n", s.width, code_of(i), name));
  }
  for (; !open.empty(); open.pop_back()) out.write("$upscope $end\n");
}

/// Writes what changes, in order of time.
class Player {
 public:
  Player(const Waveform& waveform, OutputFile& out) : waveform_(waveform), out_(out) {
    for (std::size_t i = 0; i < waveform.signals.size(); ++i) {
      codes_.push_back(code_of(i));
      values_.push_back(waveform.signals[i].initial);
      shown_.push_back(spelt(waveform.signals[i], values_[i], codes_[i]));
    }
  }

  void play() {
    out_.write("$dumpvars\n");
    for (const std::string& text : shown_) out_.write(text);
    out_.write("$end\n");
    std::vector<std::uint32_t> order(waveform_.changes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return waveform_.changes[a].at < waveform_.changes[b].at;
    });
    for (std::size_t i = 0; i < order.size();) {
      const std::uint64_t at = waveform_.changes[order[i]].at;
      changed_.clear();
      for (; i < order.size() && waveform_.changes[order[i]].at == at; ++i) {
        take(waveform_.changes[order[i]]);
      }
      show(at);
    }
  }

 private:
  void take(const Waveform::Change& c) {
    const bool sums = waveform_.signals[c.signal].sums;
    values_[c.signal] = sums ? values_[c.signal] + c.value : c.value;
    changed_.push_back(c.signal);
  }

  void show(std::uint64_t at) {
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    bool said = false;
    for (const std::uint32_t signal : changed_) {
      std::string text = spelt(waveform_.signals[signal], values_[signal], codes_[signal]);
      if (text == shown_[signal]) continue;
      if (!said) out_.write(fmt::format("#{}\n", at));
      said = true;
      out_.write(text);
      shown_[signal] = std::move(text);
    }
  }

  const Waveform& waveform_;
  OutputFile& out_;
  std::vector<std::string> codes_;
  std::vector<std::uint32_t> values_;
  std::vector<std::string> shown_;      ///< the latest value of each, as it was written
  std::vector<std::uint32_t> changed_;  ///< signals, at the time that is being played
};

}  // namespace

void write_vcd(const Waveform& waveform, OutputFile& out) {
  out.write("$timescale 1 ps $end\n");
  for (const std::string& line : waveform.comments) {
    out.write(fmt::format("$comment {} $end\n", comment_text(line)));
  }
  write_scopes(waveform, out);
  out.write("$enddefinitions $end\n#0\n");
  Player(waveform, out).play();
}

}  // namespace tritsim
