// SPDX-License-Identifier: Apache-2.0
#include "sim/run/timeline_feed.hpp"

namespace tritsim {

void show(Timeline& timeline, std::size_t k, std::uint32_t step, Cycle launched,
          const RetiredInstruction& r) {
  timeline.add(InstructionEvent{k, step, &r.instruction, r.cost, launched + r.start,
                                launched + r.end, r.exposed, r.data_end});
}

void show(Timeline& timeline, const SystemPlan& plan, std::uint32_t step, const HostSpan& s) {
  const bool waiting = s.kind == HostSpan::Kind::waiting;
  CardEvent e{waiting ? CardEvent::Row::waiting : CardEvent::Row::working,
              waiting ? "waiting for the accelerator" : "command", s.from, s.to, step};
  if (s.task != nullptr) {
    const std::uint32_t op = s.task->trace_op;
    e.name = op < plan.ops.size() ? std::string_view(plan.ops[op].name) : "task";
  }
  timeline.add(e);
}

void show(Timeline& timeline, std::uint32_t step, const LinkSpan& s) {
  CardEvent e{CardEvent::Row::link, "", s.from, s.to, step};
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
  timeline.add(e);
}

}  // namespace tritsim
