// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

double value_of(const std::vector<CostPart>& parts, const std::string& cause) {
  for (const CostPart& p : parts) {
    if (p.cause == cause) return p.value;
  }
  return 0;
}

/// Causes of either run, in the order of the first.
std::vector<std::string> causes_of(const std::vector<CostPart>& a, const std::vector<CostPart>& b) {
  std::vector<std::string> all;
  for (const auto* parts : {&a, &b}) {
    for (const CostPart& p : *parts) {
      if (std::find(all.begin(), all.end(), p.cause) == all.end()) all.push_back(p.cause);
    }
  }
  return all;
}

/// Time of a batch without the prompts that have an energy of their own, over its sequences.
double shared_time(const ComparedRun& r) {
  return (r.job.elapsed.si() - value_of(r.time, prompts_in_lanes)) / r.job.sequences;
}

/// Whether both do the same for a sequence. A model without a cache works alike at every position.
bool same_job(const Request& a, const Request& b) {
  return a.prompt == b.prompt && a.generate == b.generate &&
         (!a.context || !b.context || *a.context == *b.context);
}

CostRatio job_ratio(const Cost& a, const Cost& b) {
  return {a.elapsed.si() / b.elapsed.si(),
          energy_ratio({&a.energy, a.sequences}, {&b.energy, b.sequences})};
}

Range<double> token_energy_ratio(const Cost& a, const Cost& b) {
  return energy_ratio({&a.energy, a.sequences * a.tokens}, {&b.energy, b.sequences * b.tokens});
}

}  // namespace

std::string text_of(const Request& r) {
  if (r == Request{}) return "a program";
  return fmt::format("prompt {}, generate {}{}", r.prompt, r.generate,
                     r.context ? fmt::format(", context {}", *r.context) : "");
}

std::string ComparedRun::label() const {
  std::string text = model + " on " + hardware;
  if (!settings.empty()) text += fmt::format(" ({})", settings);
  if (!ternary_method.empty()) text += ", " + ternary_method;
  return text;
}

double ComparedRun::static_power() const {
  const double joules = job.job_energy(Cost::Part::static_part).value;
  const double seconds = shared_time(*this);
  return seconds > 0 ? joules / seconds : 0;
}

bool Waterfall::has_shares() const {
  const double gap = std::abs(last - first);
  return gap > 0 && std::all_of(steps.begin(), steps.end(),
                                [&](const CostPart& s) { return std::abs(s.value) <= gap; });
}

Waterfall time_waterfall(const ComparedRun& a, const ComparedRun& b) {
  Waterfall w{a.job.elapsed.si(), b.job.elapsed.si(), {}};
  for (const std::string& cause : causes_of(a.time, b.time)) {
    w.steps.push_back({cause, value_of(b.time, cause) - value_of(a.time, cause)});
  }
  return w;
}

Waterfall energy_waterfall(const ComparedRun& a, const ComparedRun& b) {
  Waterfall w{a.job.job_energy().value, b.job.job_energy().value, {}};
  const auto change = [&](const std::vector<CostPart>& of_a, const std::vector<CostPart>& of_b,
                          const std::string& cause) {
    return value_of(of_b, cause) / b.job.sequences - value_of(of_a, cause) / a.job.sequences;
  };
  for (const std::string& cause : causes_of(a.dynamic, b.dynamic)) {
    w.steps.push_back({cause, change(a.dynamic, b.dynamic, cause)});
  }
  w.steps.push_back({"static power", (b.static_power() - a.static_power()) * shared_time(a)});
  for (const std::string& cause : causes_of(a.time, b.time)) {
    if (cause == prompts_in_lanes) continue;
    w.steps.push_back({fmt::format("static power x time: {}", cause),
                       b.static_power() * change(a.time, b.time, cause)});
  }
  return w;
}

Ratios ratios_of(const ComparedRun& a, const ComparedRun& b) {
  Ratios r;
  for (const ComparedRun* run : {&a, &b}) {
    if (run->misfit.empty()) continue;
    r.refused.push_back(
        fmt::format("{} does not fit its device ({}): no ratio", run->label(), run->misfit));
  }
  if (!r.refused.empty()) return r;
  if (a.generation && b.generation) {
    r.token = CostRatio{a.generation->token_time() / b.generation->token_time(),
                        token_energy_ratio(*a.generation, *b.generation)};
  }
  if (!same_job(a.request, b.request)) {
    r.refused.push_back(
        fmt::format("{} ({}) and {} ({}) do different jobs: no ratio of jobs and "
                    "throughput",
                    a.label(), text_of(a.request), b.label(), text_of(b.request)));
    return r;
  }
  r.job = job_ratio(a.job, b.job);
  if (a.best && b.best) {
    r.throughput = CostRatio{b.best->tokens_per_second() / a.best->tokens_per_second(),
                             token_energy_ratio(*a.best, *b.best)};
  }
  for (const ComparedRun* run : {&a, &b}) {
    if (run->best || run->request == Request{}) continue;
    r.refused.push_back(fmt::format(
        "{}: its trace is not in the result, so no other batch can be run: no ratio of throughput",
        run->label()));
  }
  return r;
}

}  // namespace tritsim
