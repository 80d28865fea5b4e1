// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/board/device_fit.hpp"
#include "arch/study/board_request.hpp"
#include "arch/workload/trace.hpp"
#include "sim/plan/capacity.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/plan/work_split.hpp"

namespace tritsim {
namespace {

/// A model, and its ops.
struct ModelCase {
  std::string file;
  Trace trace;
};

/// What came of one attempt.
struct Attempt {
  FitVerdict fit;                 ///< of device and memories, if every op runs
  std::vector<Problem> problems;  ///< else
  double on_host = 0;             ///< share of the weights that the host multiplies by

  [[nodiscard]] bool fits() const { return problems.empty() && fit.fits(); }
};

double share_on_host(const Trace& trace, const MappingSpec& mapping) {
  double all = 0;
  double host = 0;
  for (const Op& op : trace.ops) {
    const auto weights = static_cast<double>(trace.weights(op));
    const Target target = mapping.placement_of(op).target;
    if (target != Target::excluded) all += weights;
    if (target == Target::host) host += weights;
  }
  return all > 0 ? host / all : 0;
}

Attempt attempt(const BoardSpec& board, const Trace& trace, const Workload& workload) {
  Attempt out;
  out.on_host = share_on_host(trace, board.mapping);
  const WorkSplit split = split_work(board, workload);
  PlanRequest request;
  request.sequences = split.sequences;
  request.steps = std::max(split.steps, 1U);
  try {
    const SystemPlan plan = plan_system(board, trace, request);
    out.fit = device_fit(board);
    for (ResourceUse& use : capacity_of(plan, {split.rounds, workload.context})) {
      out.fit.resources.push_back(std::move(use));
    }
  } catch (const ConfigError& e) {
    out.problems = e.problems();
  }
  return out;
}

/// The op that a problem names; null: none.
const Op* op_of(const Problem& problem, const Trace& trace) {
  const auto it = std::find_if(trace.ops.begin(), trace.ops.end(),
                               [&](const Op& op) { return op.name == problem.path; });
  return it == trace.ops.end() ? nullptr : &*it;
}

/// What is wrong, one line for each kind of op.
std::string reasons(const Attempt& attempt, const Trace& trace) {
  if (attempt.problems.empty()) return attempt.fit.misfits();
  constexpr std::size_t most = 3;
  std::vector<std::string> lines;
  std::set<std::string> named;
  for (const Problem& p : attempt.problems) {
    const Op* op = op_of(p, trace);
    const std::string what = p.what.substr(0, p.what.find(" (and "));
    const std::string of = op != nullptr ? std::string(name_of(op->kind)) : p.path;
    if (named.insert(of).second) lines.push_back(of.empty() ? what : of + " " + what);
  }
  const std::size_t others = lines.size() - std::min(lines.size(), most);
  lines.resize(std::min(lines.size(), most));
  return fmt::format("{}{}", fmt::join(lines, "; "),
                     others > 0 ? fmt::format("; and {} more", others) : "");
}

std::string text_of(const FitVerdict& fit) {
  const auto scarcest = fit.scarcest();
  return scarcest ? scarcest->text() : "";
}

/// Settings that are tried on one board for one model.
class Repair {
 public:
  Repair(const std::string& file, const BoardSpec& board, const ModelCase& model,
         const Workload& workload)
      : trace_(model.trace), workload_(workload), original_(board) {
    request_.board = file;
  }

  /// Mends as long as there is something to mend, and fills in what came of it.
  void run(Attempt last, FitPair& out) {
    const double before = last.on_host;
    constexpr int rounds = 8;
    BoardSpec now = original_;
    for (int i = 0; i < rounds && !last.fits(); ++i) {
      if (!mend(now, last)) break;
      request_.set.clear();
      for (const auto& [path, value] : settings_) request_.set.push_back(path + "=" + value);
      try {
        now = prepare(request_);
      } catch (const ConfigError& e) {
        last = {{}, e.problems(), 0};
        break;
      }
      last = attempt(now, trace_, workload_);
    }
    const bool host_alone = last.on_host > 0.5 && before <= 0.5;
    if (last.fits() && !host_alone) {
      out.outcome = FitOutcome::fits_with;
      out.set = request_.set;
      out.then = text_of(last.fit);
    } else if (host_alone) {
      out.then =
          fmt::format("it would leave {:.0f} % of the weights to the host", 100 * last.on_host);
    } else if (!settings_.empty()) {
      out.then = fmt::format("with {}: {}", fmt::join(request_.set, ", "), reasons(last, trace_));
    }
  }

 private:
  /// Adds settings for what is wrong; false if there are none that were not tried.
  bool mend(const BoardSpec& board, const Attempt& last) {
    const auto before = settings_;
    for (const Problem& p : last.problems) {
      const Op* op = op_of(p, trace_);
      if (op == nullptr) continue;
      if (op->attention && p.remedy.find("attention.scores") != std::string::npos) {
        more_scores(board, *op);
      } else if (op->role == OpRole::lm_head) {
        settings_["mapping.lm_head"] = "host";
      } else {
        settings_[fmt::format("mapping.places.{}", name_of(op->kind))] = "host";
      }
    }
    bool device = false;
    for (const ResourceUse& use : last.fit.resources) {
      if (use.fits()) continue;
      if (!grow_memory(board, use)) device = true;
    }
    if (device) fewer_lanes(board);
    return settings_ != before;
  }

  /// Room for the scores of the last step.
  void more_scores(const BoardSpec& board, const Op& op) {
    const double steps = std::max(split_work(board, workload_).steps, 1U) - 1;
    double positions = op.attention->context + steps;
    if (op.attention->window) positions = std::min<double>(positions, *op.attention->window);
    const double scores = std::exp2(std::ceil(std::log2(op.attention->heads * positions)));
    for (std::size_t i = 0; i < board.cores.size(); ++i) {
      if (!board.cores[i].core.attention) continue;
      settings_[fmt::format("cores.{}.core.attention.scores", i)] = fmt::format("{:.0f}", scores);
    }
  }

  bool grow_memory(const BoardSpec& board, const ResourceUse& use) {
    for (std::size_t i = 0; i < board.memories.size(); ++i) {
      if (use.name != fmt::format("memory '{}'", board.memories[i].name)) continue;
      const double mebibytes = use.need.value / use.limit.high / (1 << 20);
      const double size = std::exp2(std::ceil(std::log2(std::max(mebibytes, 1.0))));
      settings_[fmt::format("memories.{}.memory.capacity", i)] =
          size >= 1024 ? fmt::format("{:.0f} GiB", size / 1024) : fmt::format("{:.0f} MiB", size);
      return true;
    }
    return false;
  }

  void fewer_lanes(const BoardSpec& board) {
    const std::vector<LaneRoom> rooms = room_for_lanes(board);
    for (std::size_t i = 0; i < board.cores.size() && i < rooms.size(); ++i) {
      const CoreGroup& group = board.cores[i];
      const auto lanes =
          static_cast<std::uint32_t>(std::max(rooms[i].lanes.value, 0.0) / group.kernels());
      if (lanes >= 1 && lanes < group.lanes) {
        settings_[fmt::format("cores.{}.lanes", i)] = std::to_string(lanes);
      }
    }
  }

  const Trace& trace_;
  const Workload& workload_;
  BoardRequest request_;
  const BoardSpec& original_;
  std::map<std::string, std::string> settings_;
};

FitPair judge(const std::string& file, const BoardSpec& board, const ModelCase& model,
              Workload workload) {
  if (!has_attention(model.trace)) workload.context = 0;
  FitPair out{file, model.file, FitOutcome::unfit, "", {}, ""};
  Attempt first = attempt(board, model.trace, workload);
  if (first.fits()) {
    out.outcome = FitOutcome::fits;
    out.why = text_of(first.fit);
    return out;
  }
  out.why = reasons(first, model.trace);
  Repair(file, board, model, workload).run(std::move(first), out);
  return out;
}

}  // namespace

std::vector<FitPair> fit_matrix(const std::vector<std::string>& boards,
                                const std::vector<std::string>& models, const Workload& workload,
                                const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<ModelCase> cases;
  for (const std::string& file : models) {
    const auto model = load<ModelSpec>(file);
    Trace trace = expand(model);
    if (has_attention(trace)) set_context(trace, workload.context + 1);
    cases.push_back({file, std::move(trace)});
  }
  std::vector<FitPair> pairs;
  const std::size_t all = boards.size() * models.size();
  for (const std::string& file : boards) {
    const auto board = load<BoardSpec>(file);
    for (const ModelCase& model : cases) {
      pairs.push_back(judge(file, board, model, workload));
      if (progress) progress(pairs.size(), all);
    }
  }
  return pairs;
}

}  // namespace tritsim
