// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "sim/plan/system_plan.hpp"

namespace tritsim {
namespace {

using Track = TraceEventFile::Track;

std::uint64_t ps(Time t) {
  return static_cast<std::uint64_t>(t.si() * 1e12 + 0.5);
}

std::uint32_t track_row(CoreUnit unit) {
  return ProgramTrack::row + 1 + static_cast<std::uint32_t>(unit);
}

/// A name that is one level of a path in a VCD.
std::string level(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::uint64_t macs_of(const OpcodeCost& c, std::uint32_t lanes) {
  return (c.ternaries + c.work.products + c.cache_products) * lanes;
}

/// In the unit of the trace events, with few digits.
std::string micro(Time t) {
  return fmt::format("{:.7g} us", t.si() * 1e6);
}

std::string stands_for(std::uint32_t replicas, std::string_view what) {
  return replicas > 1 ? fmt::format(", one of {} equal {}", replicas, what) : "";
}

/// What an event of host or link moved, as members of a JSON object; `cut`: not all of it is shown.
std::string args_of(const CardEvent& e, bool cut) {
  std::string args;
  const auto add = [&](std::string_view name, std::uint64_t value) {
    args += fmt::format("{}\"{}\":{}", args.empty() ? "" : ",", name, value);
  };
  if (e.bytes > 0) add("bytes", e.bytes);
  if (e.count > 0) add("count", e.count);
  if (cut) add("cut", 1);
  return args;
}

}  // namespace

Timeline::Timeline(Options options) : options_(std::move(options)) {
  if (!options_.events_file.empty()) out_.events.emplace(options_.events_file);
  if (!options_.vcd_file.empty()) out_.vcd.emplace(options_.vcd_file);
}

void Timeline::set_phase(std::string_view name, Time offset, std::uint32_t first_step) {
  phase_ = name;
  offset_ = offset;
  first_step_ = first_step;
}

void Timeline::begin(const SystemPlan& plan) {
  for (KernelTrack& k : kernels_) k.program.close(out_);
  plan_ = &plan;
  const std::string label = phase_.empty() ? "" : phase_ + ": ";
  const std::string path = phase_.empty() ? "" : phase_ + ".";
  const auto group = [&](const std::string& name) {
    if (out_.events) out_.events->name_group(next_group_, label + name);
    return next_group_++;
  };
  card_rows_.clear();
  const std::uint32_t host = group("host");
  for (const auto& [name, signal] :
       {std::pair{"working", "host.working"}, std::pair{"waiting", "host.waiting"}}) {
    card_rows_.push_back({host, out_.add_signal({path + signal})});
    if (out_.events)
      out_.events->name_row({host, static_cast<std::uint32_t>(card_rows_.size())}, name);
  }
  card_rows_.push_back({group("host link"), out_.add_signal({path + "link.busy"})});
  if (out_.events) out_.events->name_row({card_rows_.back().group, 3}, "transfers");

  kernels_.clear();
  for (const KernelPlan& k : plan.kernels) {
    begin_kernel(k, group(fmt::format("kernel {}{}", k.name, stands_for(k.replicas, "kernels"))));
  }
  channels_.clear();
  for (const ChannelPlan& c : plan.channels) {
    const std::string name = fmt::format("{} channel {}", c.group->name, c.channel);
    channels_.push_back({group("memory " + name + stands_for(c.replicas, "channels")),
                         out_.add_signal({fmt::format("{}{}.streams", path, level(name)), 8})});
  }
  named_.clear();
  if (!out_.vcd) return;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    out_.wave.comments.push_back(fmt::format("{}op {}: {}", label, i, plan.ops[i].name));
  }
}

void Timeline::begin_kernel(const KernelPlan& k, std::uint32_t group) {
  const std::string path = (phase_.empty() ? "" : phase_ + ".") + level(k.name);
  if (out_.events) out_.events->name_row({group, ProgramTrack::row}, "program");
  const auto first = static_cast<std::uint32_t>(out_.wave.signals.size());
  for (const auto& [unit, name] : EnumNames<CoreUnit>::names) {
    out_.add_signal({fmt::format("{}.{}", path, name)});
    if (out_.events) out_.events->name_row({group, track_row(unit)}, name);
  }
  const auto program = static_cast<std::uint32_t>(out_.wave.signals.size());
  for (const std::string_view name : {"op", "layer", "token"}) {
    out_.add_signal({fmt::format("{}.{}", path, name), 31, false, TimelineOutput::unknown});
  }
  kernels_.push_back({group, first, ProgramTrack(group, program)});
}

bool Timeline::past(std::uint32_t step, Time at) const {
  if (full_at_) return true;
  const TimelineWindow& w = options_.window;
  return w.span ? offset_ + at >= w.span->end : first_step_ + step >= w.end_step;
}

bool Timeline::has_room(unsigned n, Time at) {
  if (!full_at_ && events_ + n > options_.most_events) full_at_ = at;
  if (full_at_) return false;
  events_ += n;
  return true;
}

void Timeline::add(const InstructionEvent& e) {
  const TimelineWindow& w = options_.window;
  const Frequency clock = plan_->kernels[e.kernel].core->clock;
  const auto time = [&](Cycle c) {
    return offset_ + cycles_to_time(static_cast<double>(c), clock);
  };
  const std::uint32_t step = first_step_ + e.step;
  const Time start = time(e.start);
  const Time end = time(e.end);
  if (past(e.step, cycles_to_time(static_cast<double>(e.start), clock))) {
    behind_ = true;
    return;
  }
  if (w.span ? start < w.span->begin : step < w.first_step) return;
  const bool streams = uses_memory(e.instruction->op);
  if (!has_room(1 + (e.exposed > 0 ? 1 : 0) + (streams ? 1 : 0), start)) return;
  first_ = std::min(first_.value_or(start), start);
  last_ = std::max(last_, end);

  KernelTrack& k = kernels_[e.kernel];
  const CoreUnit unit = e.cost->unit;
  show_program(k, e, step);
  out_.pulse(k.first_signal + static_cast<std::uint32_t>(unit), ps(start), ps(end));
  const OpCycles& op = plan_->ops[e.instruction->trace_op];
  std::string args;
  if (out_.events) {
    args = fmt::format(R"("op":{},"index":{},"instruction":{},"token":{})", json_text(op.name),
                       e.instruction->trace_op,
                       json_text(to_assembly(*plan_->kernels[e.kernel].program, *e.instruction)),
                       step);
    std::string own = fmt::format(R"({},"cycle":{},"cycles":{})", args, e.start, e.end - e.start);
    if (streams) own += fmt::format(R"(,"bytes":{})", e.cost->stream.bytes);
    if (const std::uint64_t macs = macs_of(*e.cost, plan_->kernels[e.kernel].lanes); macs > 0) {
      own += fmt::format(R"(,"macs":{})", macs);
    }
    out_.events->span({k.group, track_row(unit)}, "instruction", name_of(e.instruction->op),
                      {ps(start), ps(end)}, own);
  }
  if (streams) show_stream(e, args);
}

/// The memory stream of an instruction, on the track of its channel for its unit.
void Timeline::show_stream(const InstructionEvent& e, std::string_view args) {
  const KernelPlan& k = plan_->kernels[e.kernel];
  const CoreUnit unit = e.cost->unit;
  const std::uint32_t channel = channel_of(e.instruction->op, k.vectors, k.weights, k.cache);
  const std::uint64_t from =
      ps(offset_ + cycles_to_time(static_cast<double>(e.start), k.core->clock));
  const std::uint64_t to = std::max(from, ps(offset_ + e.data_end));
  out_.pulse(channels_[channel].signal, from, to);
  if (!out_.events) return;
  const Track track{channels_[channel].group,
                    static_cast<std::uint32_t>(e.kernel * core_units.size()) +
                        static_cast<std::uint32_t>(unit) + 1};
  if (named_.insert(track).second) {
    out_.events->name_row(track, fmt::format("{} {}", k.name, name_of(unit)));
  }
  out_.events->span(
      track, "stream", plan_->ops[e.instruction->trace_op].name, {from, to},
      fmt::format(R"({},"bytes":{},"write":{})", args, e.cost->stream.bytes, e.cost->stream.write));
}

void Timeline::show_program(KernelTrack& k, const InstructionEvent& e, std::uint32_t step) {
  const KernelPlan& kernel = plan_->kernels[e.kernel];
  const auto time = [&](Cycle c) {
    return ps(offset_ + cycles_to_time(static_cast<double>(c), kernel.core->clock));
  };
  const std::uint32_t index = e.instruction->trace_op;
  const std::uint64_t bytes = uses_memory(e.instruction->op) ? e.cost->stream.bytes : 0;
  k.program.add(out_,
                {step, index, plan_->ops[index], name_of(e.instruction->op), e.exposed,
                 time(e.end - e.exposed), time(e.end), bytes, macs_of(*e.cost, kernel.lanes)});
}

void Timeline::add(const CardEvent& e) {
  const TimelineWindow& w = options_.window;
  Time from = offset_ + e.from;
  Time to = offset_ + e.to;
  // What the host does for several steps is cut to the window, by its times or by those of its
  // steps.
  std::optional<TimelineWindow::Span> limits = w.span;
  if (!limits && plan_->host_in_loop) {
    const std::uint32_t step = first_step_ + e.step;
    if (step < w.first_step || step >= w.end_step) return;
  } else if (!limits && (behind_ || w.first_step > 0)) {
    if (!first_) return;
    const Time begin = w.first_step > 0 ? *first_ : Time{};
    limits = TimelineWindow::Span{begin, behind_ ? last_ : std::max(last_, to)};
  }
  bool cut = false;
  if (limits) {
    if (from >= limits->end || to <= limits->begin) return;
    cut = from < limits->begin || to > limits->end;
    from = std::max(from, limits->begin);
    to = std::min(to, limits->end);
  }
  if (!has_room(1, from)) return;
  last_ = std::max(last_, to);
  const CardTrack& card = card_rows_[static_cast<std::size_t>(e.row)];
  out_.pulse(card.signal, ps(from), ps(to));
  if (!out_.events) return;
  out_.events->span({card.group, static_cast<std::uint32_t>(e.row) + 1},
                    e.row == CardEvent::Row::link ? "link" : "host", e.name, {ps(from), ps(to)},
                    args_of(e, cut));
}

std::string Timeline::shown(const Result& r) const {
  std::string text = describe(options_.window);
  const std::uint32_t steps = r.steps + (r.prompt ? r.prompt->steps : 0);
  if (!options_.window.span && options_.window.end_step < steps) {
    text += fmt::format(" of {}", steps);
  }
  if (first_) {
    text += fmt::format(": {} to {} of {}", micro(*first_), micro(last_),
                        micro(r.elapsed + (r.prompt ? r.prompt->elapsed : Time{})));
  }
  if (r.rounds > 1) text += fmt::format(", the first of {} rounds, which are alike", r.rounds);
  return text;
}

std::string Timeline::cut() const {
  if (full_at_) {
    return fmt::format("cut at {}, after {} events: narrow --window or give more --timeline-events",
                       micro(*full_at_), events_);
  }
  if (!first_) return "nothing lies in the window: the run ends before it";
  return behind_ ? "what comes after the window is left out: widen --window to see it" : "";
}

std::vector<std::string> Timeline::finish(const Result& result) {
  for (KernelTrack& k : kernels_) k.program.close(out_);
  const std::string what = shown(result);
  const std::string lost = cut();
  std::vector<std::string> lines;
  const auto line = [&](const std::string& file) {
    lines.push_back(fmt::format("timeline: {}: {} events, {}", file, events_, what));
  };
  if (out_.events) {
    std::string other = fmt::format(
        R"("tool":{},"board":{},"shows":{},"events":{},"token_steps":{})", json_text(result.tool),
        json_text(result.board.name), json_text(what), events_, result.steps);
    if (result.model) other += fmt::format(R"(,"model":{})", json_text(result.model->name));
    if (!lost.empty()) other += fmt::format(R"(,"cut":{})", json_text(lost));
    out_.events->close(other);
    line(options_.events_file);
  }
  if (out_.vcd) {
    out_.wave.comments.insert(out_.wave.comments.begin(), what);
    if (!lost.empty()) out_.wave.comments.insert(out_.wave.comments.begin() + 1, lost);
    write_vcd(out_.wave, *out_.vcd);
    out_.vcd->commit();
    line(options_.vcd_file);
  }
  if (!lost.empty()) lines.push_back("timeline: " + lost);
  return lines;
}

}  // namespace tritsim
