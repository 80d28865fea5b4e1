// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/host.hpp"

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

Host::Host(const sc_core::sc_module_name& name, const HostSpec& spec, HostLink& link_module,
           std::vector<LaunchedKernel> kernels, const HostSchedule& schedule)
    : sc_module(name),
      spec_(spec),
      link_module_(link_module),
      kernels_(std::move(kernels)),
      schedule_(schedule),
      rounds_left_(schedule.count) {
  SC_THREAD(run);
}

void Host::access(LinkAccess::Kind kind, std::uint64_t bytes, bool write, std::uint64_t address) {
  access_.kind = kind;
  access_.bytes = bytes;
  payload_.set_extension(&access_);
  payload_.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  link->b_transport(payload_, delay);
  if (!payload_.is_response_ok()) {
    SC_REPORT_ERROR("tritsim", "the card refused a register access or a DMA");
  }
}

void Host::dma(std::uint64_t bytes, bool to_card) {
  if (bytes > 0) access(LinkAccess::Kind::dma, bytes, to_card, 0);
}

void Host::count(OffloadPart part, Time time) {
  if (part == OffloadPart::none) return;
  if (!activity_.offload) activity_.offload.emplace();
  OffloadActivity& a = *activity_.offload;
  switch (part) {
    case OffloadPart::none:
      break;
    case OffloadPart::pack:
      a.pack += time;
      break;
    case OffloadPart::load:
      a.load += time;
      break;
    case OffloadPart::compute:
      ++a.calls;
      a.compute += time;
      break;
    case OffloadPart::store:
      a.store += time;
      break;
    case OffloadPart::read_back:
      a.read_back += time;
      break;
  }
}

void Host::launch_and_wait(const HostStep& step) {
  if (spec_.command) {
    const Time begin = now();
    wait_for(to_sc_time(spec_.command->value));
    activity_.working += spec_.command->value;
    activity_.parts["command"] += spec_.command->value;
    if (on_span) on_span({HostSpan::Kind::command, begin, begin + spec_.command->value});
  }
  const Time begin = now();
  for (std::size_t i = 0; i < kernels_.size(); ++i) {
    kernels_[i].core->load(*kernels_[i].program, step.repeat, step.ranges[i], round_);
    access(LinkAccess::Kind::register_access, 4, true, i);
  }
  ++activity_.launches;
  const Time from = now();
  std::uint64_t polled = 0;
  for (const auto& [core, program] : kernels_) {
    while (!core->ready()) wait(core->finished());
    // Polling costs the link; what the host does between the polls changes nothing, so only the
    // last one is waited for.
    if (spec_.completion == Completion::poll) {
      const Time round_trip = link_module_.spec().mmio_read.value;
      const auto polls = polls_until(now() - from, round_trip);
      wait_until(from + round_trip * static_cast<double>(polls));
      link_module_.count_polls(polls - polled);  // one kernel after the other
      polled = polls;
    } else {
      wait_until(core->finished_at() + link_module_.spec().interrupt.value);
      link_module_.count_interrupt();
    }
  }
  activity_.waiting += now() - from;
  if (!step.what.empty()) activity_.parts[step.what] += now() - begin;
  if (on_span) on_span({HostSpan::Kind::waiting, from, now()});
}

void Host::run_step(const HostStep& step) {
  for (const HostTask& task : step.tasks) {
    const Time from = now();
    dma(task.bytes_from_card, false);
    const Time begin = now();
    wait_for(to_sc_time(task.time));
    (task.on_card ? activity_.waiting : activity_.working) += task.time;
    if (on_span) on_span({HostSpan::Kind::task, begin, begin + task.time, &task});
    ++activity_.tasks;
    dma(task.bytes_to_card, true);
    count(task.part, now() - from);
    if (!task.what.empty()) activity_.parts[task.what] += now() - from;
  }
  if (!step.ranges.empty()) {
    const Time from = now();
    launch_and_wait(step);
    count(step.part, now() - from);
  }
}

void Host::run() {
  for (; rounds_left_ > 0; ++round_) {
    --rounds_left_;
    if (next_round) {
      const NextStep next = next_round();
      round_ = next.step;
      rounds_left_ = next.last ? 0 : 1;
    }
    for (const HostStep& step : schedule_.of(round_)) {
      run_step(step);
      if (on_step) on_step(step);
    }
    if (on_round) on_round();
  }
  finished_at_ = now();
  if (on_finish) on_finish();
}

}  // namespace tritsim
