// SPDX-License-Identifier: Apache-2.0
#include "arch/study/board_request.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "arch/study/overlay.hpp"

namespace tritsim {
namespace {

/// Whether `path` is `pattern`, in which a `*` stands for one key, or lies below it.
bool lies_in(const std::string& pattern, const std::string& path) {
  std::size_t p = 0;
  std::size_t k = 0;
  while (p < pattern.size() && k < path.size()) {
    if (pattern[p] == '*') {
      k = std::min(path.find('.', k), path.size());
      ++p;
    } else if (pattern[p++] != path[k++]) {
      return false;
    }
  }
  return p == pattern.size() && (k == path.size() || path[k] == '.');
}

/// Overrides of what --dim and --memory-latency-cycles replace.
void check_replaced(const std::vector<Override>& overrides, std::uint32_t dim,
                    std::uint32_t memory_latency_cycles) {
  Problems problems;
  const auto refuse = [&](const std::string& pattern, const char* option) {
    for (const Override& o : overrides) {
      if (!lies_in(pattern, o.path)) continue;
      problems.add(o.mark(), "", fmt::format("has no effect, {} replaces it", option),
                   "leave out one of them");
    }
  };
  if (dim > 0) refuse("cores.*.core.vector_length", "--dim");
  if (memory_latency_cycles > 0) {
    for (const char* law : {"dram", "sram", "simple", "fixed"}) {
      refuse(fmt::format("memories.*.memory.{}", law), "--memory-latency-cycles");
    }
  }
  problems.raise();
}

BoardSpec read_again(const BoardSpec& board, std::vector<Override> overrides) {
  ReadContext context;
  context.overrides = std::move(overrides);
  return read_document<BoardSpec>(Writer::write(board), context);
}

/// Builds every core for vectors of `dim` elements, and replaces every memory by one of a fixed
/// latency.
BoardSpec rebuilt(BoardSpec board, std::uint32_t dim, std::uint32_t memory_latency_cycles) {
  if (memory_latency_cycles > 0) {
    for (MemoryGroup& group : board.memories) {
      group.memory.name = fmt::format("answers after {} cycles", memory_latency_cycles);
      group.memory.dram.reset();
      group.memory.sram.reset();
      group.memory.simple.reset();
      group.memory.fixed = FixedLatencySpec{memory_latency_cycles};
      group.memory.uncertain.clear();
    }
  }
  if (dim > 0) {
    for (CoreGroup& group : board.cores) group.core.vector_length = dim;
  }
  // A core that cannot be built this way is an error, as it would be in a file.
  return dim > 0 || memory_latency_cycles > 0 ? read_again(board, {}) : board;
}

constexpr std::string_view of_model = "model.";

bool is_of_model(const std::string& setting) {
  return setting.starts_with(of_model);
}

}  // namespace

std::vector<GivenOverride> BoardRequest::given() const {
  std::vector<GivenOverride> all;
  if (!mapping.empty()) all.push_back({"--mapping", mapping});
  for (const std::string& file : overlays) all.push_back({"--overlay", file});
  for (const std::string& text : set) all.push_back({"--set", text});
  if (dim > 0) all.push_back({"--dim", std::to_string(dim)});
  if (memory_latency_cycles > 0) {
    all.push_back({"--memory-latency-cycles", std::to_string(memory_latency_cycles)});
  }
  return all;
}

BoardSpec prepare(const BoardRequest& request) {
  std::vector<Override> overrides = parse_overrides(request.set, request.overlays);
  if (!request.mapping.empty()) {
    Override mapping{"mapping", request.mapping};
    mapping.origin = "--mapping " + request.mapping;
    overrides.push_back(std::move(mapping));
  }
  check_replaced(overrides, request.dim, request.memory_latency_cycles);
  return rebuilt(load<BoardSpec>(request.board, overrides), request.dim,
                 request.memory_latency_cycles);
}

BoardSpec prepare(BoardSpec board, const BoardChange& change) {
  if (change.host) board.host = *change.host;
  if (change.mapping) board.mapping = *change.mapping;
  check_replaced(change.overrides, change.dim, change.memory_latency_cycles);
  if (change.host || change.mapping || !change.overrides.empty()) {
    board = read_again(board, change.overrides);
  }
  return rebuilt(std::move(board), change.dim, change.memory_latency_cycles);
}

std::vector<Override> parse_overrides(const std::vector<std::string>& set,
                                      const std::vector<std::string>& overlays) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError(fmt::format("--set {}: write it as --set path.to.key=value", text));
    }
    overrides.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  const std::size_t set_ones = overrides.size();
  const auto is_set = [&](const std::string& path) {
    return std::any_of(overrides.begin(), overrides.begin() + static_cast<std::ptrdiff_t>(set_ones),
                       [&](const Override& o) { return o.path == path; });
  };
  for (const std::string& file : overlays) {
    for (Override& o : overrides_of(load<OverlayFile>(file), file)) {
      if (!is_set(o.path)) overrides.push_back(std::move(o));
    }
  }
  return overrides;
}

BoardRequest hardware_of(const BoardRequest& request) {
  BoardRequest out = request;
  std::erase_if(out.set, is_of_model);
  return out;
}

ModelSpec prepare_model(const std::string& file, const BoardRequest& request) {
  std::vector<std::string> set = request.set;
  std::erase_if(set, [](const std::string& text) { return !is_of_model(text); });
  std::vector<Override> overrides = parse_overrides(set);
  for (Override& o : overrides) {
    o.origin = "--set " + o.path;
    o.path.erase(0, of_model.size());
  }
  return load<ModelSpec>(file, overrides);
}

void refuse_model_settings(const BoardRequest& request) {
  for (const std::string& text : request.set) {
    if (!is_of_model(text)) continue;
    throw ConfigError(fmt::format("--set {}: no model description is read; give --model", text));
  }
}

}  // namespace tritsim
