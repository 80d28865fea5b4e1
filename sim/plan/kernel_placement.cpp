// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/kernel_placement.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/plan/board_kernels.hpp"

namespace tritsim {
namespace {

std::uint32_t channel_index(SystemPlan& plan, const ChannelPlan& channel) {
  for (std::size_t i = 0; i < plan.channels.size(); ++i) {
    if (plan.channels[i].group == channel.group && plan.channels[i].channel == channel.channel) {
      return static_cast<std::uint32_t>(i);
    }
  }
  plan.channels.push_back(channel);
  return static_cast<std::uint32_t>(plan.channels.size() - 1);
}

/// A pipeline at work.
struct WorkingPipeline {
  std::size_t first = 0;  ///< kernel of the board
  std::uint32_t lanes = 1;
  std::uint32_t sequence_groups = 1;
  bool own_channels = false;  ///< that no other kernel of the board uses
};

class KernelPlacer {
 public:
  KernelPlacer(const BoardSpec& board, bool every_kernel, SystemPlan& plan, Problems& problems)
      : board_(board),
        every_kernel_(every_kernel),
        plan_(plan),
        problems_(problems),
        kernels_(board_kernels(board)),
        tensor_(board.mapping.tensor()),
        stages_(board.mapping.pipeline()) {
    for (const BoardKernel& k : kernels_) {
      for (const BoardChannel& c : k.channels()) ++users_[c];
    }
    if (plan_.stages.empty()) plan_.stages.resize(stages_);
    plan_.pipelines = 0;
    plan_.host_gathers = board.mapping.host_gathers();
  }

  /// Of the kernels with enough lanes, as many as it takes.
  void place(const PromptLayout& layout) {
    for (std::size_t i = 0; i < kernels_.size() && plan_.pipelines < layout.kernels; ++i) {
      if (kernels_[i].group->lanes >= layout.tokens_at_once) {
        add({i, layout.tokens_at_once, 1, has_own_channels(i)});
      }
    }
  }

  void place(std::uint32_t sequences) {
    if (board_.mapping.sequences == MoreSequences::in_passes) {
      plan_.passes = (sequences + board_.lanes() - 1) / board_.lanes();
    }
    for (std::size_t first = 0; first + size() <= kernels_.size() && sequences > 0;
         first += size()) {
      // Lanes are filled before a second group of sequences follows the first.
      const std::uint32_t lanes = kernels_[first].group->lanes;
      const std::uint32_t own = std::min(sequences, lanes * stages_ * plan_.passes);
      sequences -= own;
      const std::uint32_t turns = (own + lanes - 1) / lanes;  // of the lanes
      const std::uint32_t groups = plan_.passes > 1 ? 1 : turns;
      add({first, (own + turns - 1) / turns, groups, has_own_channels(first)});
    }
  }

 private:
  /// Kernels of a pipeline.
  [[nodiscard]] std::size_t size() const { return std::size_t{tensor_} * stages_; }

  [[nodiscard]] bool has_own_channels(std::size_t first) const {
    return std::all_of(&kernels_[first], &kernels_[first] + size(), [&](const BoardKernel& k) {
      const std::set<BoardChannel> own = k.channels();
      return std::all_of(own.begin(), own.end(),
                         [&](const BoardChannel& c) { return users_.at(c) == 1; });
    });
  }

  void add(const WorkingPipeline& pipeline) {
    ++plan_.pipelines;
    if (stages_ > 1) check_channels(pipeline.first);
    const std::size_t before = plan_.kernels.size();
    for (std::uint32_t stage = 0; stage < stages_; ++stage) {
      add_stage(pipeline, stage);
      add_hop(pipeline.first, stage);
    }
    if (plan_.kernels.size() > before) ++pipelines_simulated_;
  }

  /// The kernels of a stage. Unless every kernel is to be simulated, one of several equal kernels
  /// with channels of their own stands for all.
  void add_stage(const WorkingPipeline& pipeline, std::uint32_t stage) {
    const std::size_t first = pipeline.first + std::size_t{stage} * tensor_;
    std::optional<std::uint32_t> tensor_group;
    for (std::size_t i = first; i < first + tensor_; ++i) {
      if (KernelPlan* like = kernel_like(kernels_[i], pipeline, stage, cards_of(first))) {
        ++like->replicas;
        for (const std::uint32_t c : std::set{like->weights, like->vectors, like->cache}) {
          ++plan_.channels[c].replicas;
        }
        if (i == first && like->tensor_group) ++plan_.tensor_groups[*like->tensor_group].replicas;
        continue;
      }
      if (tensor_ > 1 && !tensor_group && !plan_.host_gathers)
        tensor_group = add_tensor_group(first);
      if (tensor_group) ++plan_.tensor_groups[*tensor_group].simulated;
      add_kernel(kernels_[i], pipeline, stage, tensor_group);
    }
  }

  /// A kernel of the plan that may stand for one of the board; none if there is none.
  [[nodiscard]] KernelPlan* kernel_like(const BoardKernel& kernel, const WorkingPipeline& pipeline,
                                        std::uint32_t stage,
                                        const std::vector<std::uint32_t>& cards) {
    if (!pipeline.own_channels || every_kernel_ || board_.mapping.addresses) return nullptr;
    const auto like =
        std::find_if(plan_.kernels.begin(), plan_.kernels.end(), [&](const KernelPlan& k) {
          return may_stand_for_[&k - plan_.kernels.data()] && k.core == &kernel.group->core &&
                 k.lanes == pipeline.lanes && k.stage == stage &&
                 k.sequence_groups == pipeline.sequence_groups &&
                 (!k.tensor_group || plan_.tensor_groups[*k.tensor_group].cards == cards);
        });
    return like == plan_.kernels.end() ? nullptr : &*like;
  }

  void add_kernel(const BoardKernel& kernel, const WorkingPipeline& pipeline, std::uint32_t stage,
                  std::optional<std::uint32_t> tensor_group) {
    KernelPlan k;
    k.name = kernel.name;
    k.lanes = pipeline.lanes;
    k.core = &kernel.group->core;
    k.weights = channel_index(plan_, kernel.weights);
    k.vectors = channel_index(plan_, kernel.vectors);
    k.cache = channel_index(plan_, kernel.cache);
    k.number = kernel.number;
    k.port = kernel.port;
    k.stage = stage;
    k.pipeline = pipelines_simulated_;
    k.sequence_groups = pipeline.sequence_groups;
    k.tensor_group = tensor_group;
    plan_.kernels.push_back(std::move(k));
    may_stand_for_.push_back(pipeline.own_channels);
  }

  /// Cards of the kernels of a tensor-parallel group, that of the first being 0.
  [[nodiscard]] std::vector<std::uint32_t> cards_of(std::size_t first) const {
    std::vector<std::uint32_t> cards;
    for (std::size_t i = first; i < first + tensor_; ++i) {
      cards.push_back(kernels_[i].card - kernels_[first].card);
    }
    return cards;
  }

  std::uint32_t add_tensor_group(std::size_t first) {
    TensorGroupPlan group;
    group.cards = cards_of(first);
    const bool crosses = group.cards.back() > 0;
    group.hop = hop(crosses, kernels_[first]);
    plan_.tensor_groups.push_back(std::move(group));
    return static_cast<std::uint32_t>(plan_.tensor_groups.size() - 1);
  }

  [[nodiscard]] Hop hop(bool crosses, const BoardKernel& from) const {
    return crosses ? Hop(board_.cards->link) : Hop(*board_.exchange, from.group->core.clock);
  }

  /// From each kernel of a stage to its counterpart in the next. A hop over a link is the slower
  /// one.
  void add_hop(std::size_t first, std::uint32_t stage) {
    if (stages_ == 1) return;
    std::uint64_t crossing = 0;
    const std::size_t here = first + std::size_t{stage} * tensor_;
    const std::size_t next = first + std::size_t{(stage + 1) % stages_} * tensor_;
    for (std::uint32_t k = 0; k < tensor_; ++k) {
      if (kernels_[here + k].card != kernels_[next + k].card) ++crossing;
    }
    StagePlan& s = plan_.stages[stage];
    if (plan_.pipelines == 1 || (crossing > 0 && s.crossing == 0)) {
      s.hop = hop(crossing > 0, kernels_[here]);
    }
    s.crossing += crossing;
  }

  /// Stages that work at different times must not wait for each other's memory.
  void check_channels(std::size_t first) {
    std::map<BoardChannel, std::size_t> stage_at;
    const auto in_pipeline = [&](std::size_t i) { return i >= first && i < first + size(); };
    for (std::size_t i = 0; i < kernels_.size(); ++i) {
      for (const BoardChannel& c : kernels_[i].channels()) {
        const auto [it, fresh] = stage_at.try_emplace(c, i);
        const bool same_stage = it->second / tensor_ == i / tensor_;
        if (fresh || same_stage || !(in_pipeline(it->second) || in_pipeline(i))) continue;
        problems_.add({}, kernels_[i].name,
                      fmt::format("shares channel {} of memory '{}' with '{}', another stage",
                                  c.second, c.first, kernels_[it->second].name),
                      "give every stage of mapping.parallel.pipeline channels of its own");
        return;
      }
    }
  }

  const BoardSpec& board_;
  bool every_kernel_;
  SystemPlan& plan_;
  Problems& problems_;
  std::vector<BoardKernel> kernels_;
  std::uint32_t tensor_;
  std::uint32_t stages_;
  std::map<BoardChannel, std::uint32_t> users_;
  std::vector<bool> may_stand_for_;  ///< by kernel of the plan
  std::uint32_t pipelines_simulated_ = 0;
};

}  // namespace

void place_kernels(const BoardSpec& board, const KernelWork& work, SystemPlan& plan,
                   Problems& problems) {
  KernelPlacer placer(board, work.every_kernel, plan, problems);
  if (work.prompt != nullptr) {
    placer.place(*work.prompt);
  } else {
    placer.place(work.sequences);
  }
}

}  // namespace tritsim
