// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

// The core of sifferman/ternip (commit 541d48f7: hard sigmoid, pipelined multiplier, iterative
// divider, 16 bit) cycle by cycle, from the rules that its simulated RTL follows. It shares nothing
// with the laws in models/: no closed form of a product, no streams, no times, only cycles.
namespace tritsim::test {

using RtlCycle = std::uint64_t;

/// A build of the core and the memory behind it.
struct TernipBuild {
  std::uint32_t d = 1024;      ///< elements of a vector
  std::uint32_t tp = 128;      ///< ternaries a cycle
  std::uint32_t vp = 4;        ///< elements of a chunk
  std::uint32_t latency = 40;  ///< cycles from a request to its first word of 64 bytes

  [[nodiscard]] std::uint32_t chunks() const { return d / vp; }
};

/// Bits that number n things.
inline std::uint32_t log2_up(std::uint32_t n) {
  return static_cast<std::uint32_t>(std::bit_width(n - 1));
}

/// A read port of the memory: bursts are answered in order, a word a cycle, each word usable in the
/// cycle in which it arrives.
class TernipMemory {
 public:
  explicit TernipMemory(std::uint32_t latency) : latency_(latency) {}

  void request(RtlCycle now, std::uint32_t words) { bursts_.push_back({now + latency_, words}); }

  [[nodiscard]] std::size_t outstanding() const { return bursts_.size(); }

  /// Words that are asked for and not there yet.
  [[nodiscard]] std::uint32_t on_the_way() const {
    std::uint32_t words = 0;
    for (const Burst& b : bursts_) words += b.words;
    return words;
  }

  /// True if a word arrives in this cycle. After that of its last word a burst is no longer
  /// outstanding.
  bool step(RtlCycle now) {
    if (bursts_.empty() || now < bursts_.front().first) return false;
    if (--bursts_.front().words == 0) bursts_.pop_front();
    return true;
  }

 private:
  struct Burst {
    RtlCycle first = 0;
    std::uint32_t words = 0;
  };

  std::uint32_t latency_;
  std::deque<Burst> bursts_;
};

/// A GO, from the cycle in which it starts: descriptor in cycle 1, first request in cycle 2. Beats
/// are taken from cycle 5 on, one a cycle, if their weights are there and no result stands in the
/// adder tree's output register. A row's result stands there for a cycle, lg TP + 3 after its last
/// beat.
class TernipGo {
 public:
  TernipGo(const TernipBuild& build, RtlCycle start)
      : build_(build),
        start_(start),
        memory_(build.latency),
        words_left_((std::uint64_t{build.d} * build.d * 2 + 511) / 512),
        beats_left_(std::uint64_t{build.d} * build.d / build.tp),
        row_left_(build.d / build.tp) {}

  /// One cycle; to be called for each from the start on.
  void step(RtlCycle now) {
    request(now);
    if (memory_.step(now)) buffered_ += 512;
    take(now);
  }

  /// The cycle in which the unit is free again, once it is known.
  [[nodiscard]] std::optional<RtlCycle> end() const { return end_; }

 private:
  static constexpr std::uint32_t burst_words = 64;
  static constexpr std::uint64_t buffer_bits = 128 * 512;  // 8 KiB

  void request(RtlCycle now) {
    if (now < start_ + 2 || words_left_ == 0) return;
    const auto words =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(burst_words, words_left_));
    const std::uint64_t promised = buffered_ + std::uint64_t{memory_.on_the_way()} * 512;
    if (memory_.outstanding() == 2 || promised + burst_words * 512 > buffer_bits) return;
    memory_.request(now, words);
    words_left_ -= words;
  }

  void take(RtlCycle now) {
    const bool refused = !results_.empty() && results_.front() == now;
    if (refused) results_.pop_front();
    const std::uint64_t beat = std::uint64_t{build_.tp} * 2;
    if (refused || beats_left_ == 0 || now < start_ + 5 || buffered_ < beat) return;
    buffered_ -= beat;
    if (--row_left_ == 0) {
      row_left_ = build_.d / build_.tp;
      results_.push_back(now + log2_up(build_.tp) + 3);
    }
    if (--beats_left_ == 0) end_ = now + log2_up(build_.tp) + 5;
  }

  TernipBuild build_;
  RtlCycle start_;
  TernipMemory memory_;
  std::uint64_t words_left_;
  std::uint64_t beats_left_;
  std::uint32_t row_left_;  ///< beats of the present row
  std::uint64_t buffered_ = 0;
  std::deque<RtlCycle> results_;  ///< when they stand in the output register
  std::optional<RtlCycle> end_;
};

/// A unit of `depth` stages that shares the port with itself: it reads as many chunks, writes as
/// many, and so on. What was read in cycle t can be written in cycle t + depth.
inline RtlCycle ternip_pipelined(const TernipBuild& build, std::uint32_t depth) {
  RtlCycle now = 1;
  for (std::uint32_t done = 0; done < build.chunks();) {
    const std::uint32_t group = std::min(depth, build.chunks() - done);
    const RtlCycle first_read = now;
    now = std::max(now + group, first_read + depth);  // all are read; the first is through
    now += group;                                     // written
    done += group;
  }
  return now;
}

/// LDV: descriptor, request, then a chunk a cycle as its words arrive.
inline RtlCycle ternip_load(const TernipBuild& build) {
  TernipMemory memory(build.latency);
  std::uint32_t words = (build.d * 2 + 63) / 64;
  std::uint64_t there = 0;  // bytes
  std::uint32_t left = build.chunks();
  RtlCycle now = 0;
  for (; left > 0; ++now) {
    if (now >= 2 && words > 0 && memory.outstanding() < 2) {
      const std::uint32_t burst = std::min(words, 64U);
      memory.request(now, burst);
      words -= burst;
    }
    if (memory.step(now)) there += 64;
    const std::uint64_t chunk = std::min<std::uint64_t>(std::uint64_t{build.vp} * 2, there);
    if (chunk < std::uint64_t{build.vp} * 2) continue;
    there -= chunk;
    --left;
  }
  return now;
}

/// Cycles from acceptance to ready of an instruction that waits for nobody; GO is stepped.
inline RtlCycle ternip_duration(const TernipBuild& build, const std::string& op) {
  const RtlCycle n = build.chunks();
  const RtlCycle flush = 5 + log2_up(build.vp);  // of the adder tree over a chunk
  if (op == "add" || op == "sub") return 3 * n + 4;
  if (op == "mul") return 3 * n + 6;
  if (op == "sig" || op == "csig" || op == "normalize") return ternip_pipelined(build, 8);
  if (op == "silu") return ternip_pipelined(build, 11);
  if (op == "acc") return n + 8;
  if (op == "clear") return flush;
  if (op == "finish") {
    const std::uint32_t bits = 52 + log2_up(build.d);  // of the quotient, two at a time
    const RtlCycle divide = bits + bits % 2 + 16;
    const RtlCycle root = 35;
    return flush + divide + root + 1;
  }
  if (op == "import") return n + 7;
  if (op == "export") return n + 4;
  if (op == "sv") return n + 7;
  if (op == "ldv") return ternip_load(build);
  throw std::invalid_argument("the core has no " + op);
}

/// The core: instructions are accepted in order, each when all units are ready. While a GO runs the
/// ternary unit is ready for one more instruction, which waits in its queue and lets nothing pass.
class TernipCore {
 public:
  explicit TernipCore(const TernipBuild& build) : build_(build) {}

  /// Cycles from the acceptance of the first instruction until the core is ready and idle. A line
  /// is an instruction; only its first word matters: no register and no value ever does.
  RtlCycle run(const std::string& text) {
    std::istringstream lines(text);
    std::vector<std::string> program;
    for (std::string line, op; std::getline(lines, line);) {
      if (std::istringstream(line) >> op) program.push_back(op);
    }
    std::size_t next = 0;
    for (RtlCycle now = 0;; ++now) {
      end_go(now);
      if (!go_ && !queued_ && busy_until_ <= now && next == program.size()) return now;
      if (next < program.size() && accept(now, program[next])) ++next;
      if (go_) go_->step(now);
    }
  }

 private:
  static bool is_ternary(const std::string& op) {
    return op == "import" || op == "go" || op == "export";
  }

  void end_go(RtlCycle now) {
    if (!go_ || go_->end() != now) return;
    go_.reset();
    if (queued_) start(now, *queued_);
    queued_.reset();
  }

  bool accept(RtlCycle now, const std::string& op) {
    if (now < issue_free_ || busy_until_ > now || queued_) return false;
    if (go_ && is_ternary(op)) {
      queued_ = op;
    } else {
      start(now, op);
    }
    return true;
  }

  void start(RtlCycle now, const std::string& op) {
    if (op == "go") {
      go_.emplace(build_, now);
      issue_free_ = now + 2;  // accepted, descriptor
    } else {
      busy_until_ = now + ternip_duration(build_, op);
    }
  }

  TernipBuild build_;
  std::optional<TernipGo> go_;
  std::optional<std::string> queued_;  ///< behind the GO
  RtlCycle busy_until_ = 0;            ///< whatever runs that is no GO
  RtlCycle issue_free_ = 0;
};

inline RtlCycle ternip_cycles(const TernipBuild& build, const std::string& program) {
  return TernipCore(build).run(program);
}

}  // namespace tritsim::test
