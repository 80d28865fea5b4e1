// SPDX-License-Identifier: Apache-2.0
#include "sim/run.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/program.hpp"
#include "models/core_law.hpp"
#include "models/host_law.hpp"
#include "sim/lower.hpp"
#include "sim/result/energy.hpp"
#include "sim/run_cache.hpp"
#include "sim/system.hpp"
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
  ChannelPlan weights;
  ChannelPlan vectors;
  ChannelPlan cache;
};

std::vector<Site> sites_of(const BoardSpec& board) {
  std::vector<Site> sites;
  for (const CoreGroup& group : board.cores) {
    const MemoryGroup* memory = board.memory(group.memory);
    for (std::uint32_t k = 0; k < group.kernels(); ++k) {
      const ChannelPlan weights{memory, group.channels[k], 1};
      const auto number = static_cast<std::uint32_t>(sites.size());
      const auto in = [&](const std::string& name) {
        const MemoryGroup* shared = name.empty() ? nullptr : board.memory(name);
        return shared == nullptr ? weights : ChannelPlan{shared, number % shared->channels, 1};
      };
      sites.push_back({&group, fmt::format("{}_{}", group.name, k), weights,
                       in(board.mapping.vectors_in), in(board.mapping.kv_in)});
    }
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

/// Lanes at work, by site: every one has a sequence, filled site by site.
std::vector<std::uint32_t> lanes_filled(const BoardSpec& board, std::uint32_t sequences) {
  std::vector<std::uint32_t> working;
  for (const CoreGroup& group : board.cores) {
    for (std::uint32_t k = 0; k < group.kernels(); ++k) {
      working.push_back(std::min(sequences, group.lanes));
      sequences -= working.back();
    }
  }
  return working;
}

/// The same for a prompt in lanes: of the kernels with the most lanes, as many as it takes.
std::vector<std::uint32_t> lanes_of(const BoardSpec& board, const PromptLayout& layout) {
  std::vector<std::uint32_t> working;
  std::uint32_t kernels = layout.kernels;
  for (const CoreGroup& group : board.cores) {
    for (std::uint32_t k = 0; k < group.kernels(); ++k) {
      const bool works = kernels > 0 && group.lanes >= layout.tokens_at_once;
      working.push_back(works ? layout.tokens_at_once : 0);
      kernels -= works ? 1 : 0;
    }
  }
  return working;
}

/// Decides which kernels work, with how many lanes (`working`, by site), and on which channels.
/// Unless `every_kernel` is to be simulated, equal kernels that share their channels with nobody
/// stand for each other.
void place_kernels(const BoardSpec& board, const std::vector<std::uint32_t>& working,
                   bool every_kernel, SystemPlan& plan) {
  const std::vector<Site> sites = sites_of(board);
  std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> users;
  using Channel = std::pair<std::string, std::uint32_t>;
  const auto channels_of = [](const Site& site) {
    return std::set<Channel>{{site.weights.group->name, site.weights.channel},
                             {site.vectors.group->name, site.vectors.channel},
                             {site.cache.group->name, site.cache.channel}};
  };
  for (const Site& site : sites) {
    for (const Channel& c : channels_of(site)) ++users[c];
  }

  std::vector<bool> may_stand_for;  // by kernel of the plan
  for (std::size_t n = 0; n < sites.size(); ++n) {
    const Site& site = sites[n];
    const std::uint32_t lanes = working[n];
    if (lanes == 0) continue;
    const std::set<Channel> own = channels_of(site);
    const bool is_alone =
        std::all_of(own.begin(), own.end(), [&](const Channel& c) { return users.at(c) == 1; });
    bool stood_for = false;
    for (std::size_t i = 0; is_alone && !every_kernel && i < plan.kernels.size(); ++i) {
      KernelPlan& k = plan.kernels[i];
      if (!may_stand_for[i] || k.core != &site.group->core || k.lanes != lanes) continue;
      ++k.replicas;
      for (const std::uint32_t c : std::set{k.weights, k.vectors, k.cache}) {
        ++plan.channels[c].replicas;
      }
      stood_for = true;
      break;
    }
    if (stood_for) continue;
    KernelPlan k;
    k.name = site.name;
    k.lanes = lanes;
    k.core = &site.group->core;
    k.weights = channel_index(plan, site.weights);
    k.vectors = channel_index(plan, site.vectors);
    k.cache = channel_index(plan, site.cache);
    plan.kernels.push_back(std::move(k));
    may_stand_for.push_back(is_alone);
  }
}

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
      } else if (place(op) == Place::core) {
        if (hand_over(op)) prepare(op, tasks);
        if (tasks.empty() && !events.empty()) {
          events.back().core_op = i;
        } else {
          events.push_back({std::move(tasks), i});
        }
        tasks.clear();
        if (hand_over(op)) tasks.push_back(read_back(op));
      }
    }
    if (!tasks.empty()) events.push_back({std::move(tasks), {}});
    return events;
  }

 private:
  static constexpr double activation_bytes = 2;

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

  /// Bytes that cross the link for `n` elements of each sequence.
  [[nodiscard]] std::uint64_t copied(std::uint64_t n, double each = activation_bytes) const {
    if (host_.shares_memory) return 0;
    return static_cast<std::uint64_t>(static_cast<double>(n) * each) * sequences_;
  }

  [[nodiscard]] Time time(const Op& op, std::string_view task, std::uint64_t work, Bytes moved) {
    const auto it = host_.tasks.find(std::string(task));
    if (it != host_.tasks.end()) return task_time(host_, it->second, work * sequences_, moved);
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
    return {time(op, name_of(op.kind), trace_.work(op), moved), copied(in), copied(out)};
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
  return shape_of(i.op).unit == CoreUnit::ternary && uses_memory(i.op) ? HandOver::compute
                                                                       : HandOver::none;
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

/// A size to read, not to read back: four digits.
std::string rounded(double bytes) {
  const char* unit = "KiB";
  bytes /= 1024;
  for (const char* larger : {"MiB", "GiB"}) {
    if (bytes < 1024) break;
    bytes /= 1024;
    unit = larger;
  }
  return fmt::format("{:.4g} {}", bytes, unit);
}

void check_fits(const KernelPlan& kernel, const SystemPlan& plan, Problems& problems) {
  const auto check = [&](std::uint64_t need, const char* what, std::uint32_t channel,
                         const char* remedy) {
    const MemorySpec& memory = plan.channels[channel].group->memory;
    if (static_cast<double>(need) <= memory.capacity.si()) return;
    problems.add(
        {}, kernel.name,
        fmt::format("needs {} for {}, memory '{}' holds {}", rounded(static_cast<double>(need)),
                    what, memory.name, format(memory.capacity)),
        remedy);
  };
  const auto behind = [&](Footprint what) {
    return footprint(*kernel.program, *kernel.core, kernel.lanes, what);
  };
  if (!kernel.program->grows()) {
    check(behind(Footprint::all), "weights and vectors", kernel.weights,
          "take a smaller model or a memory with more capacity");
    return;
  }
  constexpr const char* remedy =
      "take a smaller model, a shorter context or a memory with more capacity";
  if (kernel.cache == kernel.weights) {
    check(behind(Footprint::all), "weights, vectors, keys and values", kernel.weights, remedy);
    return;
  }
  check(behind(Footprint::without_caches), "weights and vectors", kernel.weights, remedy);
  check(behind(Footprint::of_caches), "keys and values", kernel.cache, remedy);
}

/// Positions that the first step attends to; 0 without attention.
std::uint32_t context_of(const Trace& trace) {
  std::uint32_t context = 0;
  for (const Op& op : trace.ops) {
    if (op.attention) context = op.attention->context;
  }
  return context;
}

/// Lowers and schedules for the lanes at work; raises what there is of `problems`, too.
SystemPlan plan_lanes(const BoardSpec& board, const Trace& trace,
                      const std::vector<std::uint32_t>& working, const LoweredSteps& steps,
                      Problems problems, RunCache* cache) {
  SystemPlan plan;
  plan.steps = steps.count;
  const std::uint32_t sequences = std::accumulate(working.begin(), working.end(), 0U);
  plan.ops = ops_of(trace);
  auto events = HostSide(trace, board, sequences, problems).events();
  const bool launches_alone =
      std::any_of(board.cores.begin(), board.cores.end(),
                  [](const CoreGroup& g) { return g.core.issue.launch == Launch::instruction; });
  const bool host_in_loop =
      launches_alone || events.size() > 1 || (!events.empty() && !events.front().tasks.empty());
  place_kernels(board, working, host_in_loop, plan);
  for (KernelPlan& k : plan.kernels) {
    k.program =
        cache != nullptr
            ? cache->program(trace, board.mapping, *k.core, k.lanes, steps)
            : std::make_shared<const Program>(lower(trace, board.mapping, *k.core, k.lanes, steps));
    // In lanes, the tokens of a prompt have one cache: that it fits is found when it is generated
    // from.
    if (steps.tokens_at_once == 1 || !k.program->grows()) check_fits(k, plan, problems);
  }
  problems.raise();
  if (host_in_loop) plan.schedule = schedule_of(std::move(events), board, plan);
  const bool grows_on_host = std::any_of(trace.ops.begin(), trace.ops.end(), [&](const Op& op) {
    return op.attention && place_of(trace, op, board.mapping) == Place::host;
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

/// Simulates `tokens` tokens of each sequence's prompt, in lanes.
Result run_prompt(const BoardSpec& board, const ModelSpec& model, const Trace& whole,
                  const Workload& workload, const Progress& progress) {
  Problems problems;
  board.mapping.check_ops(whole, problems);
  problems.raise();
  Trace trace = without_head(whole);
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
  simulate(plan_prompt(result.board, trace, layout), result.board, layout.steps, progress, result);
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

/// Prompt, then generation.
Result run_phases(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                  const Workload& workload, const Progress& progress, Stepping stepping) {
  Workload prompt = workload;
  if (prompt.batch == 0) prompt.batch = board.lanes();
  if (workload.generate > 0) --prompt.prompt;
  prompt.generate = 0;
  Result first = run_prompt(board, model, trace, prompt, progress);
  if (workload.generate == 0) return first;
  Trace later = trace;
  if (has_attention(trace)) set_context(later, context_of(trace) + prompt.prompt);
  Result result =
      run_trace(board, model, later, {1, workload.generate, prompt.batch}, progress, stepping);
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
                       std::uint32_t steps, RunCache* cache) {
  Problems problems;
  board.mapping.check_ops(trace, problems);
  return plan_lanes(board, trace, lanes_filled(board, sequences), {steps, 1}, std::move(problems),
                    cache);
}

PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences, std::uint32_t tokens) {
  std::vector<std::uint32_t> lanes;
  for (const CoreGroup& group : board.cores)
    lanes.insert(lanes.end(), group.kernels(), group.lanes);
  std::sort(lanes.rbegin(), lanes.rend());
  const auto whole = [](std::uint32_t n, std::uint32_t d) { return (n + d - 1) / d; };
  PromptLayout best;
  for (std::uint32_t k = 1; k <= std::min<std::size_t>(lanes.size(), sequences); ++k) {
    const PromptLayout l{k, lanes[k - 1], whole(tokens, lanes[k - 1]), whole(sequences, k)};
    if (best.kernels == 0 || l.steps * l.rounds < best.steps * best.rounds) best = l;
  }
  return best;
}

SystemPlan plan_prompt(const BoardSpec& board, const Trace& trace, const PromptLayout& layout) {
  return plan_lanes(board, trace, lanes_of(board, layout), {layout.steps, layout.tokens_at_once},
                    {}, nullptr);
}

namespace {

Result run(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
           const Workload& workload, const Progress& progress, Stepping stepping, RunCache* cache) {
  if (board.mapping.prompt == PromptTokens::in_lanes && workload.prompt > 1) {
    return run_phases(board, model, trace, workload, progress, stepping);
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
  if (result.steps == 0) return result;
  if (has_attention(trace)) result.context = context_of(trace) - 1;

  for (const Op& op : trace.ops) {
    if (place_of(trace, op, board.mapping) == Place::excluded) result.excluded.push_back(op.name);
  }
  SystemPlan plan = plan_system(result.board, trace, at_once, result.steps, cache);
  plan.every_step = stepping == Stepping::every_step;
  const std::uint32_t first_step = std::max(workload.prompt, 1U);
  if (cache != nullptr) {
    cache->simulate(plan, result.board, first_step, result);
  } else {
    simulate(plan, result.board, first_step, progress, result);
  }
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

}  // namespace

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 const Progress& progress, std::uint32_t context, Stepping stepping) {
  const Trace trace = expand(model, context + 1);
  if (context > 0 && !has_attention(trace)) {
    throw ConfigError(
        fmt::format("{}: has no attention and keeps no cache; leave out --context", model.name));
  }
  return run_trace(board, model, trace, workload, progress, stepping);
}

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 RunCache& cache) {
  return run(board, model, *cache.trace(model, 1), workload, {}, Stepping::until_steady, &cache);
}

Result run_trace(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                 const Workload& workload, const Progress& progress, Stepping stepping) {
  return run(board, model, trace, workload, progress, stepping, nullptr);
}

Result run_program(const BoardSpec& board, const std::string& text, const std::string& file,
                   std::vector<std::string>& warnings) {
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.program = text;
  result.workload = {0, 1, 1};
  result.steps = 1;

  SystemPlan plan;
  place_kernels(result.board, lanes_filled(result.board, 1), false, plan);
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
  Problems problems;
  check_fits(kernel, plan, problems);
  problems.raise();
  simulate(plan, result.board, 1, {}, result);
  return result;
}

}  // namespace tritsim
