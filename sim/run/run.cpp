// SPDX-License-Identifier: Apache-2.0
#include "sim/run/run.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/core/program.hpp"
#include "models/core/core_law.hpp"
#include "models/host/host_law.hpp"
#include "sim/plan/capacity.hpp"
#include "sim/plan/lower.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run_cache.hpp"
#include "sim/run/system.hpp"
#include "sim/timeline/timeline.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

std::string tool_name() {
  return fmt::format("tritsim {}", version);
}

std::vector<OpCycles> ops_of(const Trace& trace) {
  std::vector<OpCycles> ops;
  for (const Op& op : trace.ops) ops.push_back({op.name, std::string(name_of(op.kind)), op.layer});
  return ops;
}

/// A kernel of the board and the channels it uses.
struct Site {
  const CoreGroup* group = nullptr;
  std::string name;
  std::uint32_t card = 0;
  ChannelPlan weights;
  ChannelPlan vectors;
  ChannelPlan cache;
};

std::vector<Site> sites_of(const BoardSpec& board) {
  std::vector<Site> sites;
  std::uint32_t before = 0;  // kernels of a card in the groups before
  for (const CoreGroup& group : board.cores) {
    const MemoryGroup* memory = board.memory(group.memory);
    for (std::uint32_t n = 0; n < group.kernels() * board.card_count(); ++n) {
      const std::uint32_t card = n / group.kernels();
      const std::uint32_t k = n % group.kernels();
      const ChannelPlan weights{memory, card * memory->channels + group.channels[k], 1};
      const auto in = [&](const std::string& name) {
        const MemoryGroup* shared = name.empty() ? nullptr : board.memory(name);
        if (shared == nullptr) return weights;
        return ChannelPlan{shared, card * shared->channels + (before + k) % shared->channels, 1};
      };
      sites.push_back({&group, fmt::format("{}_{}", group.name, n), card, weights,
                       in(board.mapping.vectors_in), in(board.mapping.kv_in)});
    }
    before += group.kernels();
  }
  return sites;
}

std::uint32_t channel_index(SystemPlan& plan, const ChannelPlan& channel) {
  for (std::size_t i = 0; i < plan.channels.size(); ++i) {
    if (plan.channels[i].group == channel.group && plan.channels[i].channel == channel.channel) {
      return static_cast<std::uint32_t>(i);
    }
  }
  plan.channels.push_back(channel);
  return static_cast<std::uint32_t>(plan.channels.size() - 1);
}

using Channel = std::pair<std::string, std::uint32_t>;

std::set<Channel> channels_of(const Site& site) {
  return {{site.weights.group->name, site.weights.channel},
          {site.vectors.group->name, site.vectors.channel},
          {site.cache.group->name, site.cache.channel}};
}

/// Puts the kernels of a board to work, pipe by pipe: a pipe is as many kernels, one after the
/// other in the order of the board, as the mapping spreads the model over.
class Placing {
 public:
  Placing(const BoardSpec& board, bool every_kernel, SystemPlan& plan, Problems& problems)
      : board_(board),
        every_kernel_(every_kernel),
        plan_(plan),
        problems_(problems),
        sites_(sites_of(board)),
        tensor_(board.mapping.tensor()),
        stages_(board.mapping.pipeline()) {
    for (const Site& site : sites_) {
      for (const Channel& c : channels_of(site)) ++users_[c];
    }
    if (plan_.stages.empty()) plan_.stages.resize(stages_);
  }

  /// Prompts in lanes: of the kernels with enough lanes, as many as it takes.
  void run(const PromptLayout& layout) {
    plan_.pipes = 0;
    for (std::size_t i = 0; i < sites_.size() && plan_.pipes < layout.kernels; ++i) {
      if (sites_[i].group->lanes >= layout.tokens_at_once) add_pipe(i, layout.tokens_at_once, 1);
    }
  }

  void run(std::uint32_t sequences) {
    plan_.pipes = 0;
    const std::size_t size = std::size_t{tensor_} * stages_;
    for (std::size_t first = 0; first + size <= sites_.size() && sequences > 0; first += size) {
      // Lanes are filled before a second group of sequences follows the first.
      const std::uint32_t lanes = sites_[first].group->lanes;
      const std::uint32_t own = std::min(sequences, lanes * stages_);
      sequences -= own;
      const std::uint32_t groups = (own + lanes - 1) / lanes;
      add_pipe(first, (own + groups - 1) / groups, groups);
    }
  }

 private:
  [[nodiscard]] bool is_alone(std::size_t first, std::size_t count) const {
    return std::all_of(&sites_[first], &sites_[first] + count, [&](const Site& site) {
      const std::set<Channel> own = channels_of(site);
      return std::all_of(own.begin(), own.end(),
                         [&](const Channel& c) { return users_.at(c) == 1; });
    });
  }

  void add_pipe(std::size_t first, std::uint32_t lanes, std::uint32_t groups) {
    ++plan_.pipes;
    const bool alone = is_alone(first, std::size_t{tensor_} * stages_);
    if (stages_ > 1) check_channels(first);
    bool simulated = false;
    for (std::uint32_t stage = 0; stage < stages_; ++stage) {
      add_stage(first + std::size_t{stage} * tensor_, stage, lanes, groups, alone, simulated);
      add_hop(first, stage);
    }
    if (simulated) ++pipes_simulated_;
  }

  /// The kernels of a stage. Unless every kernel is to be simulated, equal kernels that share their
  /// channels with nobody stand for each other.
  void add_stage(std::size_t first, std::uint32_t stage, std::uint32_t lanes, std::uint32_t groups,
                 bool alone, bool& simulated) {
    std::optional<std::uint32_t> team;
    const std::vector<std::uint32_t> cards = cards_of(first);
    for (std::size_t i = first; i < first + tensor_; ++i) {
      const Site& site = sites_[i];
      if (alone && !every_kernel_) {
        const auto like =
            std::find_if(plan_.kernels.begin(), plan_.kernels.end(), [&](const KernelPlan& k) {
              return may_stand_for_[&k - plan_.kernels.data()] && k.core == &site.group->core &&
                     k.lanes == lanes && k.stage == stage && k.groups == groups &&
                     (!k.team || plan_.teams[*k.team].cards == cards);
            });
        if (like != plan_.kernels.end()) {
          ++like->replicas;
          for (const std::uint32_t c : std::set{like->weights, like->vectors, like->cache}) {
            ++plan_.channels[c].replicas;
          }
          if (i == first && like->team) ++plan_.teams[*like->team].replicas;
          continue;
        }
      }
      if (tensor_ > 1 && !team) team = add_team(first);
      simulated = true;
      KernelPlan k;
      k.name = site.name;
      k.lanes = lanes;
      k.core = &site.group->core;
      k.weights = channel_index(plan_, site.weights);
      k.vectors = channel_index(plan_, site.vectors);
      k.cache = channel_index(plan_, site.cache);
      k.stage = stage;
      k.pipe = pipes_simulated_;
      k.groups = groups;
      k.team = team;
      if (team) ++plan_.teams[*team].simulated;
      plan_.kernels.push_back(std::move(k));
      may_stand_for_.push_back(alone);
    }
  }

  /// Cards of a team's kernels, that of the first being 0.
  [[nodiscard]] std::vector<std::uint32_t> cards_of(std::size_t first) const {
    std::vector<std::uint32_t> cards;
    for (std::size_t i = first; i < first + tensor_; ++i) {
      cards.push_back(sites_[i].card - sites_[first].card);
    }
    return cards;
  }

  std::uint32_t add_team(std::size_t first) {
    TeamPlan team;
    team.cards = cards_of(first);
    const bool crosses = team.cards.back() > 0;
    team.hop = hop(crosses, sites_[first]);
    plan_.teams.push_back(std::move(team));
    return static_cast<std::uint32_t>(plan_.teams.size() - 1);
  }

  [[nodiscard]] Hop hop(bool crosses, const Site& from) const {
    return crosses ? Hop(board_.cards->link) : Hop(*board_.exchange, from.group->core.clock);
  }

  /// From each kernel of a stage to its like in the next. A hop over a link is the slower one.
  void add_hop(std::size_t first, std::uint32_t stage) {
    if (stages_ == 1) return;
    std::uint64_t crossing = 0;
    const std::size_t here = first + std::size_t{stage} * tensor_;
    const std::size_t next = first + std::size_t{(stage + 1) % stages_} * tensor_;
    for (std::uint32_t k = 0; k < tensor_; ++k) {
      if (sites_[here + k].card != sites_[next + k].card) ++crossing;
    }
    StagePlan& s = plan_.stages[stage];
    if (plan_.pipes == 1 || (crossing > 0 && s.crossing == 0))
      s.hop = hop(crossing > 0, sites_[here]);
    s.crossing += crossing;
  }

  /// Stages that work at different times must not wait for each other's memory.
  void check_channels(std::size_t first) {
    std::map<Channel, std::size_t> stage_at;
    const std::size_t size = std::size_t{tensor_} * stages_;
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      const std::size_t stage = i / tensor_;
      for (const Channel& c : channels_of(sites_[i])) {
        const auto [it, fresh] = stage_at.try_emplace(c, i);
        const bool here =
            (it->second >= first && it->second < first + size) || (i >= first && i < first + size);
        if (fresh || it->second / tensor_ == stage || !here) continue;
        problems_.add({}, sites_[i].name,
                      fmt::format("shares channel {} of memory '{}' with '{}', another stage",
                                  c.second, c.first, sites_[it->second].name),
                      "give every stage of mapping.parallel.pipeline channels of its own");
        return;
      }
    }
  }

  const BoardSpec& board_;
  bool every_kernel_;
  SystemPlan& plan_;
  Problems& problems_;
  std::vector<Site> sites_;
  std::uint32_t tensor_;
  std::uint32_t stages_;
  std::map<Channel, std::uint32_t> users_;
  std::vector<bool> may_stand_for_;  ///< by kernel of the plan
  std::uint32_t pipes_simulated_ = 0;
};

/// The host's side of a token step: its tasks between the core's ops, in the order of the trace.
/// Each task serves every sequence at work.
class HostSide {
 public:
  HostSide(const Trace& trace, const BoardSpec& board, std::uint32_t sequences, Problems& problems)
      : trace_(trace),
        board_(board),
        host_(board.host),
        sequences_(sequences),
        problems_(problems),
        made_on_core_(trace.values.size()),
        read_on_core_(trace.values.size()) {
    for (const Op& op : trace.ops) {
      // What is handed over is copied by packing and reading back.
      if (place(op) != Place::core || hand_over(op)) continue;
      for (const ValueId v : op.outputs) made_on_core_[v] = true;
      for (const ValueId v : op.inputs) read_on_core_[v] = true;
    }
  }

  /// What happens one after the other: tasks, and ops on the core up to an index.
  struct Event {
    std::vector<HostTask> tasks;
    std::optional<std::uint32_t> core_op;  ///< after the tasks
  };

  std::vector<Event> events() {
    std::vector<Event> events;
    std::vector<HostTask> tasks;
    for (std::uint32_t i = 0; i < trace_.ops.size(); ++i) {
      const Op& op = trace_.ops[i];
      if (place(op) == Place::host) {
        if (hand_over(op)) normalise(op, tasks, HandOver::none);
        tasks.push_back(task(op));
        belong_to(i, tasks);
      } else if (place(op) == Place::core) {
        if (hand_over(op)) prepare(op, tasks);
        belong_to(i, tasks);
        if (tasks.empty() && !events.empty()) {
          events.back().core_op = i;
        } else {
          events.push_back({std::move(tasks), i});
        }
        tasks.clear();
        if (hand_over(op)) tasks.push_back(read_back(op));
        belong_to(i, tasks);
      }
    }
    if (!tasks.empty()) events.push_back({std::move(tasks), {}});
    return events;
  }

 private:
  static constexpr double activation_bytes = 2;

  /// Of tasks that belong to no op yet.
  static void belong_to(std::uint32_t op, std::vector<HostTask>& tasks) {
    for (HostTask& t : tasks) {
      if (t.trace_op == HostTask::no_op) t.trace_op = op;
    }
  }

  [[nodiscard]] Place place(const Op& op) const { return place_of(trace_, op, board_.mapping); }

  /// True if the host makes the input of a product ready, for the core or for itself.
  [[nodiscard]] bool hand_over(const Op& op) const {
    return op.kind == OpKind::bit_linear && board_.mapping.prepare == Place::host;
  }

  template <class F>
  [[nodiscard]] std::uint64_t elements(const std::vector<ValueId>& values, F&& counts) const {
    std::uint64_t n = 0;
    for (const ValueId v : values) n += counts(v) ? trace_.elements(v) : 0;
    return n;
  }

  [[nodiscard]] std::uint64_t elements(const std::vector<ValueId>& values) const {
    return elements(values, [](ValueId) { return true; });
  }

  /// Bytes that cross the link for `n` elements of each sequence, once.
  [[nodiscard]] std::uint64_t copied(std::uint64_t n, double each = activation_bytes) const {
    if (host_.shares_memory) return 0;
    return static_cast<std::uint64_t>(static_cast<double>(n) * each) * sequences_;
  }

  [[nodiscard]] Time time(const Op& op, std::string_view task, std::uint64_t work, Bytes moved) {
    const auto it = host_.tasks.find(std::string(task));
    if (it != host_.tasks.end()) {
      return task_time(host_, it->second, checked_product(work, sequences_), moved);
    }
    problems_.add({}, op.name,
                  task == name_of(op.kind)
                      ? fmt::format("is mapped to the host, but host '{}' has no cost for '{}'",
                                    host_.name, task)
                      : fmt::format("is prepared on the host, but host '{}' has no cost for '{}'",
                                    host_.name, task),
                  "add it under host.tasks, or map the op elsewhere");
    return {};
  }

  [[nodiscard]] Bytes activations(std::uint64_t n) const {
    return Bytes{static_cast<double>(n) * activation_bytes * sequences_};
  }

  HostTask task(const Op& op) {
    const Bytes moved = trace_.weight_bytes(op) +
                        trace_.cache_bytes(op) * static_cast<double>(sequences_) +
                        activations(elements(op.inputs) + elements(op.outputs));
    const std::uint64_t in = elements(op.inputs, [&](ValueId v) { return made_on_core_[v]; });
    const std::uint64_t out = elements(op.outputs, [&](ValueId v) { return read_on_core_[v]; });
    return {time(op, name_of(op.kind), trace_.work(op), moved), copied(in),
            copied(out) * board_.mapping.tensor()};
  }

  /// Norm, quantisation and packing of the input of an op on the core.
  void prepare(const Op& op, std::vector<HostTask>& tasks) {
    normalise(op, tasks, HandOver::pack);
    const std::uint64_t n = elements(op.inputs);
    tasks.push_back({time(op, "pack", n, activations(2 * n)), 0, copied(n), HandOver::pack});
  }

  void normalise(const Op& op, std::vector<HostTask>& tasks, HandOver part) {
    const std::uint64_t n = elements(op.inputs);
    tasks.push_back({time(op, name_of(OpKind::rms_norm), n, activations(2 * n))});
    tasks.push_back({time(op, "quantise", n, activations(2 * n)), 0, 0, part});
  }

  HostTask read_back(const Op& op) {
    const std::uint64_t n = elements(op.outputs);
    return {time(op, "read_back", n, activations(3 * n)), copied(n, 2 * activation_bytes), 0,
            HandOver::read_back};
  }

  const Trace& trace_;
  const BoardSpec& board_;
  const HostSpec& host_;
  std::uint32_t sequences_;
  Problems& problems_;
  std::vector<bool> made_on_core_;
  std::vector<bool> read_on_core_;
};

/// What a launch of one instruction is counted as.
HandOver part_of(const Instruction& i) {
  if (i.op == Opcode::ldv) return HandOver::load;
  if (i.op == Opcode::sv) return HandOver::store;
  return is_product(i.op) ? HandOver::compute : HandOver::none;
}

/// Cuts the kernels' programs at the events. An instruction belongs to the latest op of it and all
/// before it, so that the order of the program is kept.
std::vector<PlanStep> schedule_of(std::vector<HostSide::Event> events, const BoardSpec& board,
                                  const SystemPlan& plan) {
  std::vector<PlanStep> schedule;
  const bool hand_over = board.mapping.prepare == Place::host;
  std::vector<std::size_t> at(plan.kernels.size(), 0);
  for (HostSide::Event& e : events) {
    PlanStep step{std::move(e.tasks), {}};
    bool empty = true;
    for (std::size_t k = 0; e.core_op && k < plan.kernels.size(); ++k) {
      const std::vector<Instruction>& code = plan.kernels[k].program->instructions;
      std::size_t end = at[k];
      while (end < code.size() && code[end].trace_op <= *e.core_op) ++end;
      step.ranges.push_back({at[k], end});
      empty = empty && at[k] == end;
      at[k] = end;
    }
    if (empty) step.ranges.clear();
    const CoreSpec& core = *plan.kernels.front().core;
    if (hand_over) step.part = HandOver::compute;
    if (empty || core.issue.launch == Launch::program) {
      schedule.push_back(std::move(step));
      continue;
    }
    for (std::size_t n = 0; !empty; ++n) {
      PlanStep one{std::move(step.tasks), {}};
      step.tasks.clear();
      empty = true;
      for (std::size_t k = 0; k < step.ranges.size(); ++k) {
        const auto [first, last] = step.ranges[k];
        one.ranges.push_back({std::min(first + n, last), std::min(first + n + 1, last)});
        empty = empty && first + n + 1 >= last;
      }
      const InstructionRange r = one.ranges.front();
      if (hand_over && r.first < r.last) {
        one.part = part_of(plan.kernels.front().program->instructions[r.first]);
      }
      schedule.push_back(std::move(one));
    }
  }
  return schedule;
}

/// Kernels of a team on one channel have their shards one behind the other.
void stack_shards(SystemPlan& plan) {
  std::map<std::uint32_t, std::uint64_t> next;  // by channel
  for (KernelPlan& k : plan.kernels) {
    using enum Symbol::Kind;
    const std::array parts{std::pair{matrix, k.weights}, std::pair{vector, k.vectors},
                           std::pair{cache, k.cache}};
    std::map<std::uint32_t, std::uint64_t> ends = next;
    Program shard = *k.program;
    for (const auto& [kind, channel] : parts) {
      for (Symbol& s : shard.symbols) {
        if (s.kind == kind) s.address += next[channel];
      }
      const std::uint64_t end = footprint(shard, *k.core, k.lanes, {kind});
      ends[channel] = std::max(ends[channel], (end + 4095) / 4096 * 4096);
    }
    k.program = std::make_shared<const Program>(std::move(shard));
    next = std::move(ends);
  }
}

/// The program of a kernel, from the cache if there is one. What cannot be lowered is no program to
/// keep.
std::shared_ptr<const Program> program_of(const MappingSpec& mapping, const SystemPlan& plan,
                                          const KernelPlan& k, const LoweredSteps& steps,
                                          Apart apart, Problems& problems, RunCache* cache) {
  if (cache != nullptr && mapping.kernels_of_pipe() == 1) {
    try {
      return cache->program(plan.trace, mapping, *k.core, k.lanes, steps, apart);
    } catch (const ConfigError&) {
      // Its problems join the others below.
    }
  }
  return std::make_shared<const Program>(lower(plan.trace, mapping, *k.core, k.lanes, steps,
                                               plan.stages[k.stage].ops, apart, problems));
}

/// A program with its symbols in the places that they have with `lanes` lanes.
std::shared_ptr<const Program> for_lanes(Program program, const CoreSpec& core, std::uint32_t lanes,
                                         Apart apart) {
  for (Symbol& s : program.symbols) s.address = Symbol::unplaced;
  place_symbols(program, core, lanes, apart);
  return std::make_shared<const Program>(std::move(program));
}

/// A program for each kernel; those that differ in places alone are lowered once. Problems are of
/// the first kernel that has them.
void lower_all(const MappingSpec& mapping, SystemPlan& plan, const LoweredSteps& steps,
               Problems& problems, RunCache* cache) {
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    KernelPlan& k = plan.kernels[i];
    const Apart apart{k.vectors != k.weights, k.cache != k.weights, k.vectors == k.cache};
    const auto like =
        std::find_if(plan.kernels.begin(), plan.kernels.begin() + i, [&](const KernelPlan& o) {
          return (o.core == k.core || *o.core == *k.core) && o.stage == k.stage &&
                 (o.vectors != o.weights) == apart.vectors &&
                 (o.cache != o.weights) == apart.caches && (o.vectors == o.cache) == apart.together;
        });
    if (like == plan.kernels.begin() + i) {
      k.program = program_of(mapping, plan, k, steps, apart, problems, cache);
    } else {
      k.program = like->lanes == k.lanes ? like->program
                                         : for_lanes(*like->program, *k.core, k.lanes, apart);
    }
  }
  if (mapping.kernels_of_pipe() > 1) stack_shards(plan);
}

/// Positions that the first step attends to; 0 without attention.
std::uint32_t context_of(const Trace& trace) {
  std::uint32_t context = 0;
  for (const Op& op : trace.ops) {
    if (op.attention) context = op.attention->context;
  }
  return context;
}

/// Moves the host's tasks to the ends of a pipe, which is where it can have them.
void place_host(std::vector<HostSide::Event> events, bool launches_alone, SystemPlan& plan,
                Problems& problems) {
  if (launches_alone) {
    problems.add(
        {}, "mapping.parallel.pipeline",
        "the stages run by themselves, and the host launches every instruction of the core",
        "set issue.launch: program, or pipeline: 1");
  }
  if (events.empty()) return;
  const bool ends_on_host = !events.back().core_op;
  if (events.size() > (ends_on_host ? 2U : 1U)) {
    problems.add(
        {}, "mapping.parallel.pipeline",
        fmt::format("the host has {} turns in a step, a pipe has it ahead of its first and "
                    "behind its last op alone",
                    events.size()),
        "map the ops between them to the core, or set pipeline: 1");
    return;
  }
  if (events.size() > 1 || !ends_on_host) plan.before = std::move(events.front().tasks);
  if (ends_on_host) plan.after = std::move(events.back().tasks);
}

/// Plans for `sequences` sequences, or for the prompts of `layout` if there is one. Raises what
/// there is of `problems`, too.
SystemPlan plan_work(const BoardSpec& board, const Trace& whole, std::uint32_t sequences,
                     const LoweredSteps& steps, const PromptLayout* layout, Problems problems,
                     RunCache* cache, const std::optional<LayerSample>& sample) {
  SystemPlan plan;
  plan.sample = sample;
  const MappingSpec& mapping = board.mapping;
  plan.steps = steps.count;
  plan.trace = shard(whole, mapping, mapping.tensor(), problems);
  const Trace& trace = plan.trace;
  plan.ops = ops_of(trace);
  for (const OpRange& range : stages(trace, mapping, mapping.pipeline(), problems)) {
    plan.stages.push_back({range, handed_on(trace, mapping, range), {}, 0});
  }
  const bool is_pipe = mapping.pipeline() > 1;
  if (plan.stages.size() != mapping.pipeline()) problems.raise();
  if (is_pipe) {
    Placing(board, false, plan, problems).run(sequences);
    sequences = (sequences + plan.groups() - 1) / plan.groups();  // of a group, in all pipes
  }
  auto events = HostSide(trace, board, sequences, problems).events();
  const bool launches_alone =
      std::any_of(board.cores.begin(), board.cores.end(),
                  [](const CoreGroup& g) { return g.core.issue.launch == Launch::instruction; });
  const bool host_in_loop = !is_pipe && (launches_alone || events.size() > 1 ||
                                         (!events.empty() && !events.front().tasks.empty()));
  if (!is_pipe) {
    Placing placing(board, host_in_loop, plan, problems);
    layout != nullptr ? placing.run(*layout) : placing.run(sequences);
  }
  lower_all(mapping, plan, steps, problems, cache);
  if (is_pipe) place_host(std::move(events), launches_alone, plan, problems);
  problems.raise();
  if (host_in_loop) plan.schedule = schedule_of(std::move(events), board, plan);
  const bool grows_on_host = std::any_of(trace.ops.begin(), trace.ops.end(), [&](const Op& op) {
    return op.attention && place_of(trace, op, mapping) == Place::host;
  });
  if (!grows_on_host) return plan;
  Trace later = trace;
  for (std::uint32_t step = 1; step < steps.count; ++step) {
    set_context(later, context_of(trace) + step * steps.tokens_at_once);
    plan.later.push_back(
        schedule_of(HostSide(later, board, sequences, problems).events(), board, plan));
  }
  return plan;
}

/// The trace without the final projection and its norm: only the last token of a prompt needs them.
Trace without_head(Trace trace) {
  const auto head = std::find_if(trace.ops.begin(), trace.ops.end(),
                                 [](const Op& op) { return op.name == "lm_head"; });
  if (head == trace.ops.end()) return trace;
  const ValueId input = head->inputs.front();
  trace.ops.erase(head);
  const auto reads = [&](const Op& op) {
    return std::find(op.inputs.begin(), op.inputs.end(), input) != op.inputs.end();
  };
  const auto makes = [&](const Op& op) {
    return op.layer == Op::no_layer &&
           std::find(op.outputs.begin(), op.outputs.end(), input) != op.outputs.end();
  };
  if (std::none_of(trace.ops.begin(), trace.ops.end(), reads)) std::erase_if(trace.ops, makes);
  return trace;
}

/// The layers to simulate, if not all.
std::optional<LayerSample> sample_of(const BoardSpec& board, const Trace& trace,
                                     const Workload& workload, const Timeline* timeline) {
  const std::uint32_t layers = layers_of(trace);
  const std::uint32_t n = workload.simulate_layers.value_or(layers);
  if (n >= layers) return {};
  if (board.mapping.kernels_of_pipe() > 1) {
    throw ConfigError(
        "simulate_layers: kernels that share a model (mapping.parallel) are simulated with all "
        "blocks; leave out simulate_layers");
  }
  if (timeline != nullptr) {
    throw ConfigError(
        "simulate_layers: a timeline shows what is simulated, not what is left out; leave out one "
        "of them");
  }
  return LayerSample{layers, n};
}

/// The ops of all layers, from those of a sample.
void show_all_layers(const Trace& trace, const LayerSample& sample, Result& result) {
  result.sample = sample;
  std::vector<std::vector<std::size_t>> of_layer(layers_of(trace) + 1);
  const std::vector<OpCycles> all = ops_of(trace);
  for (KernelResult& k : result.kernels) {
    for (auto& ops : of_layer) ops.clear();
    for (std::size_t i = 0; i < k.ops.size(); ++i) {
      of_layer[static_cast<std::size_t>(k.ops[i].layer + 1)].push_back(i);
    }
    std::vector<OpCycles> ops;
    std::vector<std::size_t> done(of_layer.size(), 0);
    for (const OpCycles& op : all) {
      const std::size_t layer =
          op.layer == Op::no_layer ? 0 : sample.like(static_cast<std::uint32_t>(op.layer)) + 1;
      const std::size_t number = done[static_cast<std::size_t>(op.layer + 1)]++;
      ops.push_back(k.ops[of_layer[layer][number]]);
      ops.back().name = op.name;
      ops.back().layer = op.layer;
    }
    k.ops = std::move(ops);
  }
}

/// Puts what a plan takes of the memories into the result; throws DoesNotFit if it is too much.
void take_capacity(const SystemPlan& plan, const InFlight& in_flight, Result& result) {
  result.capacity = capacity_of(plan, in_flight);
  require_capacity(plan, result.board, result.capacity);
}

/// The same where nothing is generated from the caches that a prompt has filled: of a step that
/// would be.
void take_capacity_of_caches(const Trace& next, const Workload& workload, Result& result) {
  const std::uint32_t lanes = result.board.lanes();
  const std::uint32_t rounds = (workload.batch + lanes - 1) / lanes;
  const SystemPlan plan = plan_system(result.board, next, (workload.batch + rounds - 1) / rounds);
  take_capacity(plan, {rounds, context_of(next) - 1}, result);
}

/// Simulates `tokens` tokens of each sequence's prompt, in lanes.
Result run_prompt(const BoardSpec& board, const ModelSpec& model, const Trace& whole,
                  const Workload& workload, const RunControl& control) {
  Timeline* timeline = control.timeline;
  Problems problems;
  board.mapping.check_ops(whole, problems);
  problems.raise();
  const auto sample = sample_of(board, whole, workload, timeline);
  const Trace all = without_head(whole);
  Trace trace = sample ? thin(all, *sample, board.mapping) : all;
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.model = model;
  result.workload = workload;
  const PromptLayout layout = lay_out_prompt(board, workload.batch, workload.prompt);
  result.rounds = layout.rounds;
  result.steps = layout.steps;
  result.tokens_at_once = layout.tokens_at_once;
  if (has_attention(trace)) {
    result.context = context_of(trace) - 1;
    set_context(trace, result.context + layout.tokens_at_once);
  }
  for (const Op& op : whole.ops) {
    if (place_of(trace, op, board.mapping) == Place::excluded) result.excluded.push_back(op.name);
  }
  const SystemPlan plan = plan_prompt(result.board, trace, layout, sample);
  // In lanes, the tokens of a prompt have one cache: whether it fits, and those of all sequences,
  // is found by what generates from it.
  const bool grows = plan.grows();
  if (!grows) take_capacity(plan, {}, result);
  if (timeline != nullptr) timeline->begin(plan);
  simulate(plan, result.board, layout.steps, control.progress, result, timeline);
  if (sample) show_all_layers(all, *sample, result);
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

/// Prompt, then generation.
Result run_phases(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                  const Workload& workload, const RunControl& control) {
  Timeline* timeline = control.timeline;
  Workload prompt = workload;
  if (prompt.batch == 0) prompt.batch = board.lanes();
  if (workload.generate > 0) --prompt.prompt;
  prompt.generate = 0;
  if (timeline != nullptr) timeline->set_phase("prompt", Time{}, 0);
  Trace later = trace;
  if (has_attention(trace)) set_context(later, context_of(trace) + prompt.prompt);
  Result first = run_prompt(board, model, trace, prompt, control);
  if (workload.generate == 0) {
    if (first.capacity.empty()) take_capacity_of_caches(later, prompt, first);
    return first;
  }
  if (timeline != nullptr) timeline->set_phase("generation", first.elapsed, first.steps);
  Result result = run_trace(
      board, model, later, {1, workload.generate, prompt.batch, workload.simulate_layers}, control);
  const Range<Energy> energy = price(first).total();
  result.prompt = PromptPhase{prompt.prompt, first.tokens_at_once, first.steps, first.elapsed,
                              energy.value,  energy.low,           energy.high};
  result.workload = workload;
  result.workload.batch = prompt.batch;
  result.first_token += first.elapsed;
  return result;
}

}  // namespace

SystemPlan plan_system(const BoardSpec& board, const Trace& trace, std::uint32_t sequences,
                       std::uint32_t steps, RunCache* cache,
                       const std::optional<LayerSample>& sample) {
  Problems problems;
  if (!sample) board.mapping.check_ops(trace, problems);  // else it was checked with all layers
  return plan_work(board, trace, sequences, {steps, 1}, nullptr, std::move(problems), cache,
                   sample);
}

PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences, std::uint32_t tokens) {
  std::vector<std::uint32_t> lanes;
  for (const CoreGroup& group : board.cores)
    lanes.insert(lanes.end(), group.kernels() * board.card_count(), group.lanes);
  std::sort(lanes.rbegin(), lanes.rend());
  const auto whole = [](std::uint32_t n, std::uint32_t d) { return (n + d - 1) / d; };
  PromptLayout best;
  for (std::uint32_t k = 1; k <= std::min<std::size_t>(lanes.size(), sequences); ++k) {
    const PromptLayout l{k, lanes[k - 1], whole(tokens, lanes[k - 1]), whole(sequences, k)};
    if (best.kernels == 0 || l.steps * l.rounds < best.steps * best.rounds) best = l;
  }
  return best;
}

SystemPlan plan_prompt(const BoardSpec& board, const Trace& trace, const PromptLayout& layout,
                       const std::optional<LayerSample>& sample) {
  return plan_work(board, trace, layout.kernels * layout.tokens_at_once,
                   {layout.steps, layout.tokens_at_once}, &layout, {}, nullptr, sample);
}

namespace {

Result run(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
           const Workload& workload, const RunControl& control, RunCache* cache = nullptr) {
  Timeline* timeline = control.timeline;
  if (timeline != nullptr && board.mapping.pipeline() > 1) {
    throw ConfigError(
        "mapping.parallel.pipeline: each stage is simulated by itself, which no timeline can show; "
        "set it to 1, or leave out --timeline and --vcd");
  }
  if (board.mapping.prompt == PromptTokens::in_lanes && workload.prompt > 1) {
    return run_phases(board, model, trace, workload, control);
  }
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.model = model;
  result.workload = workload;
  const std::uint32_t lanes = board.lanes();
  if (result.workload.batch == 0) result.workload.batch = lanes;
  const std::uint32_t batch = result.workload.batch;
  result.rounds = (batch + lanes - 1) / lanes;
  // Rounds carry equal numbers of sequences; the last may have a few less and counts as the others.
  const std::uint32_t at_once = (batch + result.rounds - 1) / result.rounds;
  // The step of the last prompt token already yields the first generated one.
  result.steps = workload.prompt + workload.generate;
  if (workload.prompt > 0 && workload.generate > 0) --result.steps;
  if (result.steps == 0) {
    throw ConfigError("nothing to run; give --prompt or --generate a number above zero");
  }
  if (has_attention(trace)) result.context = context_of(trace) - 1;

  for (const Op& op : trace.ops) {
    if (place_of(trace, op, board.mapping) == Place::excluded) result.excluded.push_back(op.name);
  }
  const auto sample = sample_of(board, trace, workload, timeline);
  std::optional<Trace> thinned;
  if (sample) {
    Problems problems;
    board.mapping.check_ops(trace, problems);
    problems.raise();
    thinned = thin(trace, *sample, board.mapping);
  }
  SystemPlan plan =
      plan_system(result.board, thinned ? *thinned : trace, at_once, result.steps, cache, sample);
  plan.every_step = control.stepping == Stepping::every_step;
  take_capacity(plan, {result.rounds, result.context}, result);
  const std::uint32_t first_step = std::max(workload.prompt, 1U);
  if (cache != nullptr && board.mapping.kernels_of_pipe() == 1) {
    cache->simulate(plan, result.board, first_step, result);
  } else {
    if (timeline != nullptr) timeline->begin(plan);
    simulate(plan, result.board, first_step, control.progress, result, timeline);
  }
  if (sample) show_all_layers(trace, *sample, result);
  if (board.mapping.pipeline() > 1) join_stages(plan, result.board, first_step, result);
  if (board.mapping.kernels_of_pipe() > 1) {
    result.parallel = parallel_result(plan, result.board, result);
  }
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

}  // namespace

void check_context(const ModelSpec& model, const Trace& trace, const Workload& workload) {
  if (workload.context == 0 || has_attention(trace)) return;
  throw ConfigError(
      fmt::format("{}: has no attention and keeps no cache; leave out the context", model.name));
}

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 const RunControl& control) {
  const Trace trace = expand(model, workload.context + 1);
  check_context(model, trace, workload);
  return run(board, model, trace, workload, control);
}

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 RunCache& cache) {
  const auto trace = cache.trace(model, workload.context + 1);
  check_context(model, *trace, workload);
  return run(board, model, *trace, workload, {}, &cache);
}

Result run_trace(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                 const Workload& workload, const RunControl& control) {
  return run(board, model, trace, workload, control);
}

Result run_program(const BoardSpec& board, const std::string& text, const std::string& file,
                   std::vector<std::string>& warnings, Timeline* timeline) {
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.board.mapping.parallel.reset();  // one kernel runs it
  result.program = text;
  result.workload = {0, 1, 1};
  result.steps = 1;

  SystemPlan plan;
  Problems problems;
  Placing(result.board, false, plan, problems).run(1);
  KernelPlan& kernel = plan.kernels.front();
  Assembly assembly = parse_assembly(text, file, *kernel.core);
  warnings = assembly.warnings;
  const auto program = std::make_shared<const Program>(std::move(assembly.program));
  kernel.program = program;
  for (std::size_t i = 0; i < program->instructions.size(); ++i) {
    const Instruction& instruction = program->instructions[i];
    plan.ops.push_back({fmt::format("{}: {}", i, to_assembly(*program, instruction)),
                        std::string(name_of(instruction.op))});
  }
  problems.raise();
  take_capacity(plan, {}, result);
  if (timeline != nullptr) timeline->begin(plan);
  simulate(plan, result.board, 1, {}, result, timeline);
  return result;
}

}  // namespace tritsim
