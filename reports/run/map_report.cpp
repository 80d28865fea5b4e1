// SPDX-License-Identifier: Apache-2.0
#include "reports/run/map_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string integer(std::uint64_t n) {
  return n == 0 ? "-" : count(static_cast<double>(n));
}

std::string bytes(std::uint64_t n) {
  return n == 0 ? "-" : si(static_cast<double>(n), "B");
}

std::string tiles(const OpPlacement& o) {
  if (o.tiles == 0) return "-";
  return fmt::format("{} of {}x{}{}{}", o.tiles, o.tile_inputs, o.tile_outputs,
                     o.cut.empty() ? "" : ", ", o.cut);
}

std::string of_which(std::uint64_t all, std::uint64_t part) {
  if (all == 0) return "-";
  return part == 0 ? integer(all) : fmt::format("{} ({} spilled)", integer(all), integer(part));
}

std::string bound(const OpPlacement& o) {
  if (o.cycles == 0) return o.bound;
  const double share = static_cast<double>(o.bound_cycles) / static_cast<double>(o.cycles);
  return fmt::format("{}, {}", o.bound, percent(share, 0));
}

/// The op's name without its block: "attn.i_proj" of "layers.3.attn.i_proj".
std::string name_in_block(const OpPlacement& o) {
  const std::string block = fmt::format("layers.{}.", o.layer);
  return o.name.rfind(block, 0) == 0 ? o.name.substr(block.size()) : o.name;
}

bool alike(const OpPlacement& a, const OpPlacement& b) {
  OpPlacement other = b;
  other.name = a.name;
  other.layer = a.layer;
  return a == other && name_in_block(a) == name_in_block(b);
}

}  // namespace

Table placement_table(const KernelPlacement& kernel) {
  Table t;
  t.title = fmt::format("{}, {} lane{}: one token step", kernel.name, kernel.lanes,
                        kernel.lanes == 1 ? "" : "s");
  t.columns = {{"op"},
               {"runs on"},
               {"set by"},
               {"tiles"},
               number_column("padding"),
               number_column("kept"),
               number_column("loads"),
               number_column("stores"),
               number_column("weights"),
               number_column("vectors"),
               number_column("cycles"),
               {"bound by"}};
  std::vector<bool> done(kernel.ops.size(), false);
  for (std::size_t i = 0; i < kernel.ops.size(); ++i) {
    if (done[i]) continue;
    const OpPlacement& o = kernel.ops[i];
    std::int32_t last = o.layer;
    for (std::size_t j = i + 1; o.layer != Op::no_layer && j < kernel.ops.size(); ++j) {
      if (kernel.ops[j].layer != last + 1 || !alike(o, kernel.ops[j])) continue;
      done[j] = true;
      last = kernel.ops[j].layer;
    }
    const std::string name =
        last == o.layer ? o.name : fmt::format("layers.{}-{}.{}", o.layer, last, name_in_block(o));
    t.rows.push_back({name, o.place, o.why, tiles(o), o.tiles == 0 ? "-" : percent(o.padding, 0),
                      integer(o.kept), of_which(o.loads, o.reloads), of_which(o.stores, o.spills),
                      bytes(o.weight_bytes), bytes(o.vector_bytes), integer(o.cycles), bound(o)});
  }
  t.note =
      "Per op, also where several ops share a row. Kept: operands found in a register. Spilled: "
      "stored because no register was free, and loaded again. Vectors: of all lanes. Cycles: of "
      "the "
      "core's units one after the other, with idle memory; 'tritsim run' adds overlap and "
      "contention. Bound by: the unit with the largest share of these cycles.";
  return t;
}

namespace {

struct Sums {
  OpPlacement all;  ///< kind and place; what adds up is the sum
  std::uint64_t ops = 0;
};

/// By kind and place, in the order of the first op of each.
std::vector<Sums> sums_of(const KernelPlacement& kernel) {
  std::vector<Sums> out;
  for (const OpPlacement& o : kernel.ops) {
    auto s = std::find_if(out.begin(), out.end(), [&](const Sums& known) {
      return known.all.kind == o.kind && known.all.place == o.place;
    });
    if (s == out.end()) {
      s = out.insert(s, Sums{});
      s->all.kind = o.kind;
      s->all.place = o.place;
    }
    ++s->ops;
    s->all.tiles += o.tiles;
    s->all.instructions += o.instructions;
    s->all.reloads += o.reloads;
    s->all.spills += o.spills;
    s->all.weight_bytes += o.weight_bytes;
    s->all.vector_bytes += o.vector_bytes;
    s->all.cycles += o.cycles;
  }
  return out;
}

}  // namespace

std::string placement_csv(const std::vector<KernelPlacement>& kernels) {
  Table t;
  for (const KernelPlacement& k : kernels) {
    for (const OpPlacement& o : k.ops) {
      const Node fields = Writer::write(o);
      if (t.columns.empty()) {
        t.columns = {{"kernel"}, {"lanes"}};
        for (const auto& entry : fields.entries) t.columns.push_back({entry.key});
      }
      auto& row = t.rows.emplace_back();
      row = {k.name, std::to_string(k.lanes)};
      for (const auto& entry : fields.entries) row.push_back(entry.value.text);
    }
  }
  return to_csv(t);
}

std::string placement_summary_csv(const std::vector<KernelPlacement>& kernels) {
  Table t;
  for (const char* key : {"kernel", "lanes", "kind", "place", "ops", "tiles", "instructions",
                          "spills", "reloads", "weight_bytes", "vector_bytes", "cycles"}) {
    t.columns.push_back({key});
  }
  for (const KernelPlacement& k : kernels) {
    for (const Sums& s : sums_of(k)) {
      auto& row = t.rows.emplace_back();
      row = {k.name, std::to_string(k.lanes), s.all.kind, s.all.place};
      for (const std::uint64_t n :
           {s.ops, s.all.tiles, s.all.instructions, s.all.spills, s.all.reloads, s.all.weight_bytes,
            s.all.vector_bytes, s.all.cycles}) {
        row.push_back(std::to_string(n));
      }
    }
  }
  return to_csv(t);
}

Table placement_summary(const KernelPlacement& kernel) {
  Table t;
  t.title = fmt::format("{}, {} lane{}: one token step", kernel.name, kernel.lanes,
                        kernel.lanes == 1 ? "" : "s");
  t.columns = {{"kind of op"},
               {"runs on"},
               number_column("ops"),
               number_column("tiles"),
               number_column("instructions"),
               number_column("spills"),
               number_column("reloads"),
               number_column("weights"),
               number_column("vectors"),
               number_column("cycles")};
  for (const Sums& s : sums_of(kernel)) {
    t.rows.push_back({s.all.kind, s.all.place, integer(s.ops), integer(s.all.tiles),
                      integer(s.all.instructions), integer(s.all.spills), integer(s.all.reloads),
                      bytes(s.all.weight_bytes), bytes(s.all.vector_bytes), integer(s.all.cycles)});
  }
  t.note =
      "Cycles: of the core's units one after the other, with idle memory. --explain lists every "
      "op.";
  return t;
}

}  // namespace tritsim
