// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "arch/base/schema.hpp"

// Effect of a faster part of a board: the run again, with one resource twice as fast.
namespace tritsim {

/// A part of a board that can bound a run.
enum class Resource {
  matrix_unit,
  attention_unit,
  vector_units,
  memory,
  memory_latency,
  port,
  exchange,
  link,
  host,
  issue,
  weight_bits,
};

template <>
struct EnumNames<Resource> {
  static constexpr std::array<std::pair<Resource, std::string_view>, 11> names{{
      {Resource::matrix_unit, "matrix_unit"},
      {Resource::attention_unit, "attention_unit"},
      {Resource::vector_units, "vector_units"},
      {Resource::memory, "memory"},
      {Resource::memory_latency, "memory_latency"},
      {Resource::port, "port"},
      {Resource::exchange, "exchange"},
      {Resource::link, "link"},
      {Resource::host, "host"},
      {Resource::issue, "issue"},
      {Resource::weight_bits, "weight_bits"},
  }};
};

/// How reports name a resource, and what "twice as fast" means for it.
struct ResourceText {
  Resource resource;
  const char* name;
  const char* relieved;
};

inline constexpr std::array<ResourceText, 11> resource_texts{{
    {Resource::matrix_unit, "matrix unit", "twice the products a cycle"},
    {Resource::attention_unit, "attention unit", "twice the products with keys and values a cycle"},
    {Resource::vector_units, "vector units",
     "element-wise and norm units and register ports twice as wide"},
    {Resource::memory, "memory",
     "channels at twice the clock; delays in clocks keep their clocks, those in ns their time"},
    {Resource::memory_latency, "memory latency",
     "controller, PHY and crossings take half the time; fixed latencies halved"},
    {Resource::port, "memory ports", "twice the bytes a cycle between core and memory"},
    {Resource::exchange, "exchange", "between kernels: twice the width, half the latency"},
    {Resource::link, "link", "twice the payload rate, half of every latency"},
    {Resource::host, "host", "tasks and launches in half the time"},
    {Resource::issue, "issue", "pipeline fills, set-up and finish in half the cycles"},
    {Resource::weight_bits, "weight bits", "weights of half the size, as a bound"},
}};

[[nodiscard]] constexpr const ResourceText& text_of(Resource resource) {
  return resource_texts[static_cast<std::size_t>(resource)];
}

/// One resource twice as fast, all else as it is.
struct Relief {
  Resource resource = Resource::matrix_unit;
  double speedup = 1;       ///< time of a token step (of a program: of the run) before over after
  double energy_ratio = 1;  ///< energy of a token (of the run) after over before

  bool operator==(const Relief&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("resource", resource, "the resource that is twice as fast");
    io.required("speedup", speedup, "time of a token step before over after", between(0, 1e6));
    io.required("energy_ratio", energy_ratio, "energy of a token after over before",
                between(0, 1e6));
  }
};

/// What bounds a run, and how that was found: by running it again. The bound is the resource whose
/// relief helps most, with those that help as much. Where that is worth less than a tenth, several
/// resources hold the run back: then the bound is all that are about as busy, except those without
/// which the others are still worth a tenth, or as much.
struct WhatIf {
  static constexpr double enough = 1.1;  ///< speed-up that makes a bound

  std::vector<Relief> reliefs;          ///< one a resource that the board has
  std::vector<Resource> bound;          ///< the most valuable first; several: a tie
  double bound_speedup = 1;             ///< with all of `bound` twice as fast
  std::uint32_t steps = 0;              ///< token steps of each run
  std::uint32_t context = 0;            ///< positions in the cache before them
  std::optional<std::uint32_t> layers;  ///< blocks that were simulated, if not all

  bool operator==(const WhatIf&) const = default;

  [[nodiscard]] const Relief* find(Resource resource) const {
    const auto it = std::find_if(reliefs.begin(), reliefs.end(),
                                 [&](const Relief& r) { return r.resource == resource; });
    return it == reliefs.end() ? nullptr : &*it;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("reliefs", reliefs, "each resource twice as fast");
    io.required("bound", bound, "what bounds the run, the most valuable first");
    io.required("bound_speedup", bound_speedup, "speed-up with all of them twice as fast",
                between(0, 1e6));
    io.required("steps", steps, "token steps that were run again");
    io.optional("context", context, "positions in the cache before these steps");
    io.optional("layers", layers, "blocks that were simulated, if not all", any_count);
  }
};

}  // namespace tritsim
