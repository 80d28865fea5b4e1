// SPDX-License-Identifier: Apache-2.0
#include "sim/run/system.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "models/tlm/host.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/simulation_context.hpp"
#include "sim/run/steady.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {
namespace {

/// Collects what a kernel retires.
class Recorder {
 public:
  /// `layer_ends`: instructions of a step up to the end of each layer that is watched.
  Recorder(KernelResult& out, const Core& core, std::size_t instructions_per_step,
           std::vector<std::size_t> layer_ends)
      : out_(out),
        core_(core),
        per_step_(instructions_per_step),
        layer_ends_(std::move(layer_ends)) {}

  /// Returns true at the end of a step.
  bool add(const RetiredInstruction& r) {
    OpCycles& op = out_.ops[r.instruction.trace_op];
    ++op.instructions;
    op.busy += r.end - r.start;
    op.exposed += r.exposed;
    op.ternaries += r.cost->ternaries;
    op.elements += r.cost->elements;
    op.register_bytes += r.cost->register_bytes;
    if (uses_memory(r.instruction.op)) op.memory_bytes += r.cost->stream.bytes;
    *share(r.instruction.op) += r.exposed;
    frontier_ += r.exposed;
    const Cycle launched = core_.launched() - core_.left_out();
    end_ = std::max(end_, launched + r.end);
    for (const Cycle c : {r.start, r.end}) {
      digest_ = (digest_ ^ (launched + c - begin_)) * 0x9e3779b97f4a7c15U;
      digest_ ^= digest_ >> 29;
    }
    if (++retired_ % per_step_ != 0) return false;
    out_.step_ends.push_back(frontier_);
    return true;
  }

  /// The layer that the last instruction was the end of.
  [[nodiscard]] std::optional<std::uint32_t> layer_ended() const {
    if (layer_ends_.empty()) return {};
    return layer_that_ends((retired_ - 1) % per_step_ + 1);
  }

  /// The layer that is over after `n` instructions of a step.
  [[nodiscard]] std::optional<std::uint32_t> layer_that_ends(std::size_t n) const {
    const auto it = std::find(layer_ends_.begin(), layer_ends_.end(), n);
    if (it == layer_ends_.end()) return {};
    return static_cast<std::uint32_t>(it - layer_ends_.begin());
  }

  [[nodiscard]] const std::vector<std::size_t>& layer_ends() const { return layer_ends_; }

  /// Cycles that are explained by then.
  [[nodiscard]] std::uint64_t frontier() const { return frontier_; }

  /// Layers were left out that would have taken so many cycles.
  void leave_out(std::uint64_t cycles) {
    frontier_ += cycles;
    left_out_ += cycles;
    if (retired_ > 0 && retired_ % per_step_ == 0) out_.step_ends.back() = frontier_;
  }

  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

  /// Step of the next instruction.
  [[nodiscard]] std::uint32_t step() const {
    return static_cast<std::uint32_t>(retired_ / per_step_);
  }

  /// End of what has retired, in cycles from time zero, without what was left out.
  [[nodiscard]] Cycle end() const { return end_; }

  /// Of the instructions since the last call, as cycles from its end() on.
  std::uint64_t take_digest() {
    begin_ = end_;
    return std::exchange(digest_, 0);
  }

 private:
  std::uint64_t* share(Opcode op) {
    CycleShares& s = out_.shares;
    switch (shape_of(op).unit) {
      case CoreUnit::load_store:
        return &s.load_store;
      case CoreUnit::row_wise:
        return &s.row_wise;
      case CoreUnit::rms:
        return &s.rms;
      case CoreUnit::attention:
        return &s.attention;
      case CoreUnit::exchange:
        return &s.exchange.emplace(s.exchange.value_or(0));
      case CoreUnit::ternary:
        break;
    }
    return uses_memory(op) ? &s.ternary : &s.ternary_vectors;
  }

  KernelResult& out_;
  const Core& core_;
  std::size_t per_step_;
  std::vector<std::size_t> layer_ends_;
  std::size_t retired_ = 0;
  std::uint64_t frontier_ = 0;
  std::uint64_t left_out_ = 0;
  Cycle begin_ = 0;
  Cycle end_ = 0;
  std::uint64_t digest_ = 0;
};

/// Where the layers of a sample end in a kernel's program, by layer.
std::vector<std::size_t> layer_ends(const SystemPlan& plan, const KernelPlan& k) {
  if (!plan.sample) return {};
  std::vector<std::size_t> ends(plan.sample->simulated, 0);
  const std::vector<Instruction>& code = k.program->instructions;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::int32_t layer = plan.ops[code[i].trace_op].layer;
    if (layer != Op::no_layer) ends[static_cast<std::size_t>(layer)] = i + 1;
  }
  for (std::size_t layer = 0; layer < ends.size(); ++layer) {
    if (ends[layer] == 0) {
      throw ConfigError(fmt::format(
          "simulate_layers: block {} has nothing on {}; leave out simulate_layers", layer, k.name));
    }
  }
  return ends;
}

/// Of the exposed cycles of GO and TMATMUL, those without weights to add belong to the memory; and
/// what the instructions do not explain belongs to issue.
void split_shares(KernelResult& k) {
  // A long sum of differences that are all zero but for their rounding.
  const auto is_nothing = [&](Time t) { return t * k.core.clock < 1e-3; };
  if (is_nothing(k.activity.starved)) k.activity.starved = {};
  if (auto& attention = k.activity.attention; attention && is_nothing(attention->starved)) {
    attention->starved = {};
  }
  // Half a cycle, give or take the rounding of a long sum, is one.
  const double starved = std::floor(k.activity.starved * k.core.clock + 0.5 + 1e-3);
  k.shares.weights = std::min(k.shares.ternary, static_cast<std::uint64_t>(starved));
  k.shares.ternary -= k.shares.weights;
  if (k.activity.attention) {
    const double waited = std::round(k.activity.attention->starved * k.core.clock);
    k.shares.cache = std::min(k.shares.attention, static_cast<std::uint64_t>(waited));
    k.shares.attention -= k.shares.cache;
  }
  const CycleShares& s = k.shares;
  const std::uint64_t explained = s.ternary + s.weights + s.ternary_vectors + s.load_store +
                                  s.row_wise + s.rms + s.attention + s.cache +
                                  s.exchange.value_or(0);
  k.shares.issue = k.activity.cycles - std::min(k.activity.cycles, explained);
}

/// With the host in the loop a token step follows the plan's schedule, and so do all others unless
/// they grow; without, one launch runs all steps.
std::vector<HostStep> schedule_of(const SystemPlan& plan) {
  std::vector<const Program*> programs;
  for (const KernelPlan& k : plan.kernels) programs.push_back(k.program.get());
  if (!plan.host_in_loop()) return {HostStep{{}, programs, plan.steps, {}, HandOver::none, 0}};
  std::vector<HostStep> schedule;
  for (std::uint32_t n = 0; n < (plan.grows() ? plan.steps : 1); ++n) {
    for (const PlanStep& s : n == 0 || plan.later.empty() ? plan.schedule : plan.later[n - 1]) {
      const bool launches = !s.ranges.empty();
      schedule.push_back(
          {s.tasks, launches ? programs : std::vector<const Program*>{}, 1, s.ranges, s.part, n});
    }
  }
  return schedule;
}

/// The modules of a plan, and what they leave in the result.
class System {
 public:
  System(const SystemPlan& plan, const BoardSpec& board, const Progress& progress, Result& result,
         Timeline* timeline);

  /// Runs once. `first_step`: the step that yields the first token.
  void run(std::uint32_t first_step);

 private:
  /// Kernels and channels that nothing else has a bearing on, watched step by step.
  struct Part {
    std::vector<std::size_t> kernels;
    std::vector<std::size_t> channels;
    Recurrence recurrence;
    std::vector<std::uint64_t> refreshes;  ///< by channel, up to the last step
    std::optional<Repetition> repetition;
  };

  /// Kernels and channels, one after the other of whose layers are left out together: a kernel for
  /// itself where all layers are in one launch; all of them, with host and link, where the host has
  /// its turns between.
  struct Layers {
    std::vector<std::size_t> kernels;
    std::vector<std::size_t> channels;
    // At the end of the last layer.
    Tally::Values figures{};
    std::vector<std::uint64_t> frontiers{};  ///< by kernel
    Time end{};
    // Of all layers left out so far, beyond those of steps that are.
    Tally::Sums left_out{};
    Time time{};
  };

  void add_kernel(const KernelPlan& k);

  [[nodiscard]] std::uint32_t team_size(const KernelPlan& k) const {
    return k.team ? static_cast<std::uint32_t>(plan_.teams[*k.team].cards.size()) : 1;
  }

  /// Whether a kernel shares its channels with no other, and waits for none.
  [[nodiscard]] bool is_alone(const KernelPlan& k) const;

  void watch();
  void watch(std::vector<std::size_t> kernels, std::vector<std::size_t> channels);
  void on_retire(std::size_t k, const RetiredInstruction& r);
  void on_round();
  void show(std::size_t k, std::uint32_t step, const RetiredInstruction& r);
  void show(const HostSpan& s);
  void show(const LinkSpan& s);
  /// Looks at a part at the end of a step, of which `left` more may be left out; returns whether
  /// they are to be, as the part's repetition says.
  bool recurs(Part& part, std::uint32_t left);
  void watch_layers();
  /// Books the layers that `layer` stands for, which ended at `end`; returns their time.
  Time leave_out(Layers& layers, std::uint32_t layer, Time end);
  /// Counts and times of a part; with the host in the loop, of host and link too.
  template <class Cores, class Memories>
  [[nodiscard]] Tally tally(const Part& part, Cores&& core, Memories&& memory, LinkActivity& link,
                            HostActivity& host);
  /// The same of layers, without their ops; with the host between them, of host and link too.
  template <class Cores, class Memories>
  [[nodiscard]] Tally tally(const Layers& layers, Cores&& core, Memories&& memory,
                            LinkActivity& link, HostActivity& host);
  /// Their figures as they are now, if the books of the memories were closed at `end`.
  template <class Some>
  [[nodiscard]] Tally::Values reading(const Some& some, Time end);
  [[nodiscard]] Time left_out(const Part& part) const;
  [[nodiscard]] std::vector<Layers*> layers_of(const Part& part);
  void collect();
  void add_left_out(const Part& part);
  void set_first_token(std::uint32_t first_step);

  const SystemPlan& plan_;
  const Progress& progress_;
  Result& result_;
  Timeline* timeline_;            ///< or none
  SimulationContext simulation_;  // before any module, so that it dies last
  HostLink link_;
  Interconnect interconnect_{"interconnect"};
  std::vector<std::unique_ptr<Memory>> memories_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<Recorder> recorders_;
  std::unique_ptr<Host> host_;
  std::vector<Part> parts_;
  std::vector<Part*> part_of_;  ///< by kernel; none: every step is simulated
  std::vector<Layers> layers_;  ///< of a sample of layers; one a kernel, or one for all
  bool host_between_layers_ = false;
  std::vector<Time> round_ends_;  ///< with the host in the loop
  std::vector<bool> ends_round_;  ///< by step of the host's schedule: the last of a token step
  std::vector<std::optional<std::uint32_t>> layer_of_step_;  ///< ... the layer that ends with it
};

System::System(const SystemPlan& plan, const BoardSpec& board, const Progress& progress,
               Result& result, Timeline* timeline)
    : plan_(plan),
      progress_(progress),
      result_(result),
      timeline_(timeline),
      link_("link", board.link) {
  for (const ChannelPlan& c : plan.channels) {
    const auto name = fmt::format("memory_{}_{}", c.group->name, c.channel);
    memories_.push_back(std::make_unique<Memory>(
        name.c_str(), make_memory_law(c.group->memory, plan.kernels.front().core->clock)));
    interconnect_.channels.bind(memories_.back()->port);
  }
  for (const TeamPlan& t : plan.teams) {
    const auto name = fmt::format("exchange_{}", exchanges_.size());
    const auto law = [&t, how = board.mapping.parallel->gather](std::uint64_t bytes) {
      return gather_time(t.hop, how, static_cast<std::uint32_t>(t.cards.size()), bytes);
    };
    exchanges_.push_back(std::make_unique<Exchange>(name.c_str(), law, t.simulated));
  }
  result.kernels.clear();
  result.kernels.reserve(plan.kernels.size());
  recorders_.reserve(plan.kernels.size());
  for (const KernelPlan& k : plan.kernels) add_kernel(k);
  std::vector<Core*> pointers;
  for (const auto& core : cores_) pointers.push_back(core.get());
  std::vector<HostStep> schedule = schedule_of(plan);
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    const bool last = i + 1 == schedule.size();
    ends_round_.push_back(last || schedule[i + 1].first_step != schedule[i].first_step);
    layer_of_step_.push_back(schedule[i].ranges.empty()
                                 ? std::nullopt
                                 : recorders_[0].layer_that_ends(schedule[i].ranges[0].last));
  }
  host_ =
      std::make_unique<Host>("host", board.host, board.link, link_, pointers, std::move(schedule),
                             plan.host_in_loop() && !plan.grows() ? plan.steps : 1);
  host_->link.bind(link_.host);
  if (plan.host_in_loop()) {
    host_->on_step = [this](std::size_t i) {
      i %= ends_round_.size();
      if (host_between_layers_ && layer_of_step_[i])
        leave_out(layers_[0], *layer_of_step_[i], now());
      if (ends_round_[i]) on_round();
    };
  }
  if (timeline_ != nullptr) {
    host_->on_span = [this](const HostSpan& s) { show(s); };
    link_.on_span = [this](const LinkSpan& s) { show(s); };
  }
  part_of_.assign(plan.kernels.size(), nullptr);
  // Weights that are prefetched are on their way from one step to the next.
  const bool prefetches = std::any_of(cores_.begin(), cores_.end(),
                                      [](const auto& core) { return core->prefetches(); });
  const bool steps_repeat = !plan.every_step && !plan.grows() && !prefetches;
  if (steps_repeat) watch();
  if (plan.sample) watch_layers();
}

void System::add_kernel(const KernelPlan& k) {
  cores_.push_back(std::make_unique<Core>(
      ("kernel_" + k.name).c_str(), *k.core,
      CorePlacement{k.lanes, channel_base(k.weights), channel_base(k.vectors),
                    channel_base(k.cache), team_size(k), is_alone(k)}));
  Core& core = *cores_.back();
  if (k.team) core.exchange.bind(*exchanges_[*k.team]);
  core.vectors.bind(interconnect_.units);
  core.weights.bind(interconnect_.units);
  link_.registers.bind(core.control);
  result_.kernels.push_back({k.name, k.replicas, k.lanes, *k.core, {}, {}, plan_.ops, {}, {}});
  recorders_.emplace_back(result_.kernels.back(), core, k.program->instructions.size(),
                          layer_ends(plan_, k));
  core.on_retire = [this, n = cores_.size() - 1](const RetiredInstruction& r) { on_retire(n, r); };
}

void System::watch() {
  if (plan_.host_in_loop()) {  // every launch waits for all kernels
    std::vector<std::size_t> kernels(plan_.kernels.size());
    std::vector<std::size_t> channels(plan_.channels.size());
    std::iota(kernels.begin(), kernels.end(), 0);
    std::iota(channels.begin(), channels.end(), 0);
    watch(std::move(kernels), std::move(channels));
    return;
  }
  parts_.reserve(plan_.kernels.size());  // their addresses are kept
  for (std::size_t k = 0; k < plan_.kernels.size(); ++k) {
    const KernelPlan& kernel = plan_.kernels[k];
    if (!is_alone(kernel)) continue;
    watch({k}, kernel.weights == kernel.vectors
                   ? std::vector<std::size_t>{kernel.weights}
                   : std::vector<std::size_t>{kernel.weights, kernel.vectors});
    part_of_[k] = &parts_.back();
  }
}

bool System::is_alone(const KernelPlan& k) const {
  if (k.team && plan_.teams[*k.team].simulated > 1) return false;
  const auto uses = [](const KernelPlan& kernel, std::uint32_t c) {
    return c == kernel.weights || c == kernel.vectors || c == kernel.cache;
  };
  return std::none_of(plan_.kernels.begin(), plan_.kernels.end(), [&](const KernelPlan& o) {
    return &o != &k && (uses(o, k.weights) || uses(o, k.vectors) || uses(o, k.cache));
  });
}

void System::watch(std::vector<std::size_t> kernels, std::vector<std::size_t> channels) {
  std::vector<Frequency> clocks;
  std::vector<const MemorySpec*> specs;
  for (const std::size_t k : kernels) clocks.push_back(plan_.kernels[k].core->clock);
  for (const std::size_t c : channels) {
    specs.push_back(&plan_.channels[c].group->memory);
    memories_[c]->mark({});
  }
  std::vector<std::uint64_t> refreshes(channels.size(), 0);
  parts_.push_back({std::move(kernels),
                    std::move(channels),
                    Recurrence(std::move(clocks), std::move(specs)),
                    std::move(refreshes),
                    {}});
}

void System::on_retire(std::size_t k, const RetiredInstruction& r) {
  const std::uint32_t step = recorders_[k].step();
  const bool ends_step = recorders_[k].add(r);
  if (const auto layer = recorders_[k].layer_ended(); layer && !host_between_layers_) {
    const Frequency clock = plan_.kernels[k].core->clock;
    const Time end = cycles_to_time(static_cast<double>(recorders_[k].end()), clock);
    const Time left_out = leave_out(layers_[k], *layer, end);
    cores_[k]->skip(0, static_cast<Cycle>(std::llround(left_out * clock)));
  }
  if (timeline_ != nullptr) show(k, step, r);
  if (!ends_step) return;
  // Issue is in order: everything to come begins after this instruction.
  const Cycle begin = cores_[k]->launched() + r.start;
  if (timeline_ != nullptr &&
      !timeline_->past(step + 1,
                       cycles_to_time(static_cast<double>(begin), plan_.kernels[k].core->clock))) {
    if (part_of_[k] != nullptr) part_of_[k]->recurrence.pass();
  } else if (Part* part = part_of_[k]; part != nullptr && recurs(*part, cores_[k]->skippable())) {
    cores_[k]->skip(part->repetition->steps(), part->repetition->cycles(0));
  }
  if (k > 0 || !progress_) return;
  const Part* part = plan_.host_in_loop() ? (parts_.empty() ? nullptr : &parts_[0]) : part_of_[0];
  const std::uint32_t left_out =
      part != nullptr && part->repetition ? part->repetition->steps() : 0;
  progress_(static_cast<std::uint32_t>(result_.kernels[0].step_ends.size()) + left_out,
            plan_.steps);
}

void System::on_round() {
  round_ends_.push_back(now());
  if (host_between_layers_) round_ends_.back() += layers_[0].time;
  if (parts_.empty()) return;
  if (timeline_ != nullptr &&
      !timeline_->past(static_cast<std::uint32_t>(round_ends_.size()), now())) {
    parts_[0].recurrence.pass();
    return;
  }
  const std::uint32_t left = host_->rounds_left();
  if (recurs(parts_[0], left > 0 ? left - 1 : 0)) host_->skip(parts_[0].repetition->steps());
}

void System::show(std::size_t k, std::uint32_t step, const RetiredInstruction& r) {
  const Cycle launched = cores_[k]->launched();
  timeline_->add(InstructionEvent{k, step, &r.instruction, r.cost, launched + r.start,
                                  launched + r.end, r.exposed, r.data_end});
}

void System::show(const HostSpan& s) {
  const bool waiting = s.kind == HostSpan::Kind::waiting;
  CardEvent e{waiting ? CardEvent::Row::waiting : CardEvent::Row::working,
              waiting ? "waiting for the accelerator" : "command", s.from, s.to,
              static_cast<std::uint32_t>(round_ends_.size())};
  if (s.task != nullptr) {
    const std::uint32_t op = s.task->trace_op;
    e.name = op < plan_.ops.size() ? std::string_view(plan_.ops[op].name) : "task";
  }
  timeline_->add(e);
}

void System::show(const LinkSpan& s) {
  CardEvent e{CardEvent::Row::link, "", s.from, s.to,
              static_cast<std::uint32_t>(round_ends_.size())};
  e.bytes = s.bytes;
  switch (s.kind) {
    case LinkSpan::Kind::dma:
      e.name = s.to_card ? "DMA to the accelerator" : "DMA to the host";
      break;
    case LinkSpan::Kind::register_write:
      e.name = "register write";
      break;
    case LinkSpan::Kind::register_read:
      e.name = "register read";
      break;
    case LinkSpan::Kind::polls:
      e.name = "polls";
      e.count = s.count;
      break;
  }
  timeline_->add(e);
}

bool System::recurs(Part& part, std::uint32_t left) {
  if (part.repetition || left == 0) return false;
  StepMark mark;
  for (const std::size_t k : part.kernels) {
    mark.ends.push_back(recorders_[k].end());
    mark.left_out.push_back(host_between_layers_ ? 0 : recorders_[k].left_out());
    mark.digest.push_back(recorders_[k].take_digest());
  }
  const Time end =
      cycles_to_time(static_cast<double>(mark.ends[0]), plan_.kernels[part.kernels[0]].core->clock);
  mark.figures = reading(part, end);
  for (const Layers* layers : layers_of(part)) mark.layers.push_back(layers->left_out);
  if (host_between_layers_) mark.host_time = layers_[0].time;
  mark.renewed = true;
  for (std::size_t i = 0; i < part.channels.size(); ++i) {
    Memory& memory = *memories_[part.channels[i]];
    mark.digest.push_back(memory.digest());
    if (plan_.channels[part.channels[i]].group->memory.dram) {
      const std::uint64_t refreshes = memory.activity().refreshes;
      mark.renewed = mark.renewed && refreshes > part.refreshes[i];
      part.refreshes[i] = refreshes;
    }
    memory.mark(end);
  }
  std::optional<Repetition> found = part.recurrence.add(std::move(mark));
  if (!found || found->period > left) return false;
  found->times = left / found->period;
  part.repetition = std::move(found);
  return true;
}

void System::watch_layers() {
  const std::vector<std::size_t>& ends = recorders_[0].layer_ends();
  for (const PlanStep& step : plan_.schedule) {
    if (step.ranges.empty()) continue;
    const std::size_t last = step.ranges[0].last;
    host_between_layers_ = host_between_layers_ || (last >= ends.front() && last < ends.back());
  }
  if (host_between_layers_) {
    for (std::uint32_t layer = 0; layer < ends.size(); ++layer) {
      if (std::find(layer_of_step_.begin(), layer_of_step_.end(), layer) != layer_of_step_.end()) {
        continue;
      }
      throw ConfigError(
          fmt::format("simulate_layers: the host has turns inside the blocks, and no launch ends "
                      "with block {}; leave out simulate_layers",
                      layer));
    }
    Layers& all = layers_.emplace_back();
    for (std::size_t k = 0; k < plan_.kernels.size(); ++k) all.kernels.push_back(k);
    for (std::size_t c = 0; c < plan_.channels.size(); ++c) all.channels.push_back(c);
    return;
  }
  for (std::size_t k = 0; k < plan_.kernels.size(); ++k) {
    const KernelPlan& kernel = plan_.kernels[k];
    if (!is_alone(kernel)) {
      throw ConfigError(
          fmt::format("simulate_layers: {} shares a memory channel with another kernel; leave out "
                      "simulate_layers",
                      kernel.name));
    }
    const std::set<std::size_t> channels{kernel.weights, kernel.vectors, kernel.cache};
    layers_.push_back({{k}, {channels.begin(), channels.end()}});
  }
}

Time System::leave_out(Layers& layers, std::uint32_t layer, Time end) {
  Tally::Values figures = reading(layers, end);
  Time time;
  if (const std::uint32_t copies = plan_.sample->copies(layer); copies > 0) {
    layers.left_out.add(layers.figures, figures, copies);
    time = (end - layers.end) * copies;
    layers.time += time;
    for (std::size_t i = 0; i < layers.kernels.size(); ++i) {
      Recorder& recorder = recorders_[layers.kernels[i]];
      recorder.leave_out((recorder.frontier() - layers.frontiers[i]) * copies);
    }
  }
  layers.figures = std::move(figures);
  layers.end = end;
  layers.frontiers.clear();
  for (const std::size_t k : layers.kernels) layers.frontiers.push_back(recorders_[k].frontier());
  return time;
}

std::vector<System::Layers*> System::layers_of(const Part& part) {
  std::vector<Layers*> all;
  for (Layers& layers : layers_) {
    const bool in = std::find(part.kernels.begin(), part.kernels.end(), layers.kernels[0]) !=
                    part.kernels.end();
    if (in) all.push_back(&layers);
  }
  return all;
}

template <class Some>
Tally::Values System::reading(const Some& some, Time end) {
  std::map<std::size_t, CoreActivity> cores;
  std::map<std::size_t, MemoryActivity> memories;
  for (const std::size_t k : some.kernels) cores[k] = cores_[k]->activity();
  for (const std::size_t c : some.channels) memories[c] = memories_[c]->books(end);
  LinkActivity link = link_.activity();
  HostActivity host = host_->activity();
  return tally(
             some, [&](std::size_t k) -> CoreActivity& { return cores[k]; },
             [&](std::size_t c) -> MemoryActivity& { return memories[c]; }, link, host)
      .values();
}

/// The same order in every reading.
template <class Cores, class Memories>
Tally System::tally(const Part& part, Cores&& core, Memories&& memory, LinkActivity& link,
                    HostActivity& host) {
  Tally tally;
  for (const std::size_t k : part.kernels) {
    tally.add(result_.kernels[k].ops);
    tally.add(result_.kernels[k].shares);
    tally.add(core(k));
  }
  for (const std::size_t c : part.channels) tally.add(memory(c));
  if (plan_.host_in_loop()) {
    tally.add(link);
    tally.add(host);
  }
  return tally;
}

template <class Cores, class Memories>
Tally System::tally(const Layers& layers, Cores&& core, Memories&& memory, LinkActivity& link,
                    HostActivity& host) {
  Tally tally;
  std::uint64_t part = 0;
  for (const std::size_t k : layers.kernels) {
    tally.add(result_.kernels[k].shares, part++);
    tally.add(core(k), part++);
  }
  for (const std::size_t c : layers.channels) tally.add(memory(c), part++);
  if (host_between_layers_) {
    tally.add(link, part++);
    tally.add(host, part++);
  }
  return tally;
}

Time System::left_out(const Part& part) const {
  if (!part.repetition) return {};
  const Repetition& r = *part.repetition;
  const Frequency clock = plan_.kernels[part.kernels[0]].core->clock;
  return cycles_to_time(static_cast<double>(r.cycles(0)), clock) +
         (r.to.host_time - r.from.host_time) * static_cast<double>(r.times);
}

void System::run(std::uint32_t first_step) {
  simulation_.run();
  result_.elapsed = host_->finished_at();
  result_.link = link_.activity();
  result_.host = host_->activity();
  collect();
  set_first_token(first_step);
}

/// Fills in kernels and memories, with the steps that were left out.
void System::collect() {
  std::vector<Time> closing(memories_.size(), result_.elapsed);
  for (const Part& part : parts_) {
    // In a launch of its own the core has waited for the steps that were left out.
    if (plan_.host_in_loop()) {
      result_.elapsed += left_out(part);
    } else {
      for (const std::size_t c : part.channels) closing[c] -= left_out(part);
    }
  }
  for (const Layers& layers : layers_) {
    if (host_between_layers_) {
      result_.elapsed += layers.time;
    } else {
      for (const std::size_t c : layers.channels) closing[c] -= layers.time;
    }
  }
  for (std::size_t k = 0; k < cores_.size(); ++k) {
    result_.kernels[k].activity = cores_[k]->activity();
  }
  for (std::size_t i = 0; i < memories_.size(); ++i) {
    const ChannelPlan& c = plan_.channels[i];
    result_.memories.push_back(
        {c.group->name, c.channel, c.replicas, memories_[i]->settle(closing[i])});
  }
  for (const Part& part : parts_) {
    if (part.repetition) add_left_out(part);
  }
  for (const Layers& layers : layers_) {
    tally(
        layers, [&](std::size_t k) -> CoreActivity& { return result_.kernels[k].activity; },
        [&](std::size_t c) -> MemoryActivity& { return result_.memories[c].activity; },
        result_.link, result_.host)
        .add(layers.left_out);
  }
  for (KernelResult& k : result_.kernels) split_shares(k);
}

void System::add_left_out(const Part& part) {
  const Repetition& r = *part.repetition;
  Tally all = tally(
      part, [&](std::size_t k) -> CoreActivity& { return result_.kernels[k].activity; },
      [&](std::size_t c) -> MemoryActivity& { return result_.memories[c].activity; }, result_.link,
      result_.host);
  all.add_difference(r.from.figures, r.to.figures, r.times);
  const std::vector<Layers*> layers = layers_of(part);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i]->left_out.add(r.from.layers[i], r.to.layers[i], r.times);
  }
  for (const std::size_t k : part.kernels) {
    std::vector<std::uint64_t>& ends = result_.kernels[k].step_ends;
    result_.kernels[k].steady =
        SteadyState{r.first, r.period, static_cast<std::uint32_t>(ends.size())};
    const std::size_t last = r.first + r.period - 1;
    insert_steps(ends, r, ends[last] - ends[r.first - 1]);
  }
}

void System::set_first_token(std::uint32_t first_step) {
  if (first_step == 0) return;
  if (!plan_.host_in_loop()) {
    for (const KernelResult& k : result_.kernels) {
      if (k.step_ends.size() < first_step) continue;
      result_.first_token =
          std::max(result_.first_token,
                   cycles_to_time(static_cast<double>(k.step_ends[first_step - 1]), k.core.clock));
    }
    return;
  }
  std::size_t step = first_step;  // among those that were simulated
  Time before;
  if (!parts_.empty() && parts_[0].repetition) {
    const Repetition& r = *parts_[0].repetition;
    const std::size_t steady = r.first + r.period;
    const std::size_t periods =
        step > steady ? std::min<std::size_t>((step - r.first - 1) / r.period, r.times) : 0;
    step -= periods * r.period;
    before = left_out(parts_[0]) * (static_cast<double>(periods) / r.times);
  }
  if (step <= round_ends_.size()) result_.first_token = round_ends_[step - 1] + before;
}

}  // namespace

void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
              const Progress& progress, Result& result, Timeline* timeline) {
  System(plan, board, progress, result, timeline).run(first_step);
}

}  // namespace tritsim
