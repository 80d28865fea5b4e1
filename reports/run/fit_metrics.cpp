// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/metric.hpp"
#include "sim/result/run_fit.hpp"

namespace tritsim {

void add_fit_metrics(Node& n, const Result& r) {
  n.set("logic_cells", number_node(logic_cells(r.board).value));
  n.set("multipliers", number_node(multipliers(r.board)));
  double blocks = 0;
  for (const BlockUse& u : on_chip_blocks(r.board)) blocks += static_cast<double>(u.count);
  n.set("memory_blocks", number_node(blocks));
  const std::optional<ResourceUse> most = device_fit(r.board).scarcest();
  n.set("device_share", most ? number_node(most->share()) : Node{});
  const FitVerdict fit = fit_of(r);
  n.set("fits", fit.is_known() ? number_node(fit.fits() ? 1 : 0) : Node{});
  n.set("fit", Node::of_text(fit.text()));
  Node rooms;
  rooms.kind = Node::Kind::sequence;
  for (const LaneRoom& room : room_for_lanes(r.board)) {
    Node one;
    one.set("core", Node::of_text(room.core));
    one.set("there", number_node(static_cast<double>(room.there)));
    one.set("lanes", range_node({room.lanes.low, room.lanes.value, room.lanes.high}));
    one.set("binding", Node::of_text(room.binding));
    rooms.items.push_back(std::move(one));
  }
  n.set("room_for_lanes", std::move(rooms));
  Node resources;
  resources.kind = Node::Kind::sequence;
  for (const ResourceUse& u : fit.resources) {
    Node one;
    one.set("resource", Node::of_text(u.name));
    const std::string unit = u.is_bytes ? "_bytes" : "";
    one.set("needed" + unit, range_node({u.need.low, u.need.value, u.need.high}));
    one.set("available" + unit, number_node(u.have));
    one.set("share", number_node(u.share()));
    one.set("usable_share", range_node({u.limit.low, u.limit.value, u.limit.high}));
    one.set("verdict", Node::of_text(u.verdict()));
    resources.items.push_back(std::move(one));
  }
  n.set("resources", std::move(resources));
}

}  // namespace tritsim
