// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/writer.hpp"
#include "reports/run/trace_report.hpp"

namespace tritsim {
namespace {

/// Adds a row for each key in which two trees differ.
void compare(const std::string& place, const Node& a, const Node& b, Table& out) {
  if (a.kind == Node::Kind::map && b.kind == Node::Kind::map) {
    for (const Node::Entry& e : a.entries) {
      const Node* other = b.find(e.key);
      compare(fmt::format("{}.{}", place, e.key), e.value, other == nullptr ? Node{} : *other, out);
    }
    for (const Node::Entry& e : b.entries) {
      if (a.find(e.key) == nullptr) {
        compare(fmt::format("{}.{}", place, e.key), {}, e.value, out);
      }
    }
    return;
  }
  if (a.kind == Node::Kind::sequence && b.kind == a.kind && a.items.size() == b.items.size()) {
    for (std::size_t i = 0; i < a.items.size(); ++i) {
      compare(fmt::format("{}.{}", place, i), a.items[i], b.items[i], out);
    }
    return;
  }
  const std::string left = a.kind == Node::Kind::null ? "-" : to_json_line(a);
  const std::string right = b.kind == Node::Kind::null ? "-" : to_json_line(b);
  if (left != right) out.rows.push_back({place, left, right});
}

std::map<std::string, const TraceLine*> by_name(const TraceFile& file) {
  std::map<std::string, const TraceLine*> out;
  for (const TraceLine& line : file.lines) out[line.op.name] = &line;
  return out;
}

}  // namespace

Table difference_table(const TraceFile& a, const TraceFile& b) {
  Table t;
  t.columns = {{"place"}, {"left"}, {"right"}};
  compare("header", Writer::write(a.header), Writer::write(b.header), t);
  // The origin of a trace is not part of its content.
  std::erase_if(t.rows, [](const std::vector<std::string>& row) {
    return row[0] == "header.source" || row[0] == "header.digest";
  });
  const std::map<std::string, const TraceLine*> right = by_name(b);
  std::vector<std::string> order_a;
  for (const TraceLine& line : a.lines) {
    const auto it = right.find(line.op.name);
    if (it == right.end()) {
      t.rows.push_back({line.op.name, std::string(name_of(line.op.kind)), "-"});
      continue;
    }
    order_a.push_back(line.op.name);
    compare(line.op.name, Writer::write(line), Writer::write(*it->second), t);
  }
  const std::map<std::string, const TraceLine*> left = by_name(a);
  std::size_t common = 0;
  for (const TraceLine& line : b.lines) {
    if (!left.contains(line.op.name)) {
      t.rows.push_back({line.op.name, "-", std::string(name_of(line.op.kind))});
      continue;
    }
    const std::string& here = order_a[common++];
    if (here == line.op.name) continue;
    t.rows.push_back({"order", here, line.op.name});
    break;
  }
  return t;
}

}  // namespace tritsim
