// SPDX-License-Identifier: Apache-2.0
#include "sim/study/cell_text.hpp"

#include <cstring>
#include <stdexcept>

namespace tritsim {
namespace {

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string_view take(std::string_view& in, std::size_t size) {
  if (in.size() < size) throw std::runtime_error("cells end in the middle");
  const std::string_view taken = in.substr(0, size);
  in.remove_prefix(size);
  return taken;
}

template <class T>
T take(std::string_view& in) {
  T value;
  std::memcpy(&value, take(in, sizeof value).data(), sizeof value);
  return value;
}

}  // namespace

std::string pack(const std::vector<Cell>& cells) {
  std::string out;
  for (const Cell& cell : cells) {
    put(out, static_cast<char>(cell.index()));
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) put(out, *whole);
    if (const auto* number = std::get_if<double>(&cell)) put(out, *number);
    if (const auto* text = std::get_if<std::string>(&cell)) {
      put(out, text->size());
      out += *text;
    }
  }
  return out;
}

std::vector<Cell> unpack(std::string_view bytes) {
  std::vector<Cell> cells;
  while (!bytes.empty()) {
    switch (take<char>(bytes)) {
      case 0:
        cells.emplace_back();
        break;
      case 1:
        cells.emplace_back(take<std::int64_t>(bytes));
        break;
      case 2:
        cells.emplace_back(take<double>(bytes));
        break;
      case 3:
        cells.emplace_back(std::string(take(bytes, take<std::size_t>(bytes))));
        break;
      default:
        throw std::runtime_error("not cells");
    }
  }
  return cells;
}

}  // namespace tritsim
