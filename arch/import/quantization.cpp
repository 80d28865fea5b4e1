// SPDX-License-Identifier: Apache-2.0
#include "arch/import/quantization.hpp"

#include <algorithm>

#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

constexpr char any_one = '\1';
constexpr char any_run = '\2';

/// A regular expression as a wildcard; nothing if it uses more than literals, '.', '.*', '^', '$'.
std::optional<std::string> wildcard_of(std::string_view regex) {
  if (regex.starts_with('^')) regex.remove_prefix(1);
  const bool ends = regex.ends_with('$') && !regex.ends_with("\\$");
  if (ends) regex.remove_suffix(1);
  std::string out;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\' && i + 1 < regex.size() &&
        !std::isalnum(static_cast<unsigned char>(regex[i + 1]))) {
      out += regex[++i];
    } else if (c == '.') {
      const bool run = i + 1 < regex.size() && regex[i + 1] == '*';
      out += run ? any_run : any_one;
      i += run ? 1 : 0;
    } else if (std::string_view("*+?()[]{}|\\^$").find(c) != std::string_view::npos) {
      return {};
    } else {
      out += c;
    }
  }
  return ends ? out : out + any_run;
}

/// Whether a wildcard matches the whole text; time is bounded by the product of their lengths.
bool stands_for(std::string_view wildcard, std::string_view text) {
  std::size_t w = 0;
  std::size_t t = 0;
  std::size_t run = std::string_view::npos;  // behind the last run, and what it has taken
  std::size_t taken = 0;
  while (t < text.size()) {
    if (w < wildcard.size() && wildcard[w] == any_run) {
      run = ++w;
      taken = t;
    } else if (w < wildcard.size() && (wildcard[w] == any_one || wildcard[w] == text[t])) {
      ++w;
      ++t;
    } else if (run != std::string_view::npos) {
      w = run;
      t = ++taken;
    } else {
      return false;
    }
  }
  return wildcard.substr(w).find_first_not_of(any_run) == std::string_view::npos;
}

bool any_matches(const std::vector<ModulePattern>& patterns, std::string_view module) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const ModulePattern& p) { return p.matches(module); });
}

}  // namespace

std::optional<ModulePattern> ModulePattern::parse(std::string_view text) {
  ModulePattern pattern;
  if (text.starts_with("re:")) {
    const auto wildcard = wildcard_of(text.substr(3));
    if (!wildcard) return {};
    pattern.kind_ = Kind::wildcard;
    pattern.text_ = *wildcard;
    return pattern;
  }
  pattern.text_ = text;
  if (text.find('*') != std::string_view::npos) {
    pattern.kind_ = Kind::wildcard;
    std::replace(pattern.text_.begin(), pattern.text_.end(), '*', any_run);
  } else {
    pattern.text_.erase(0, pattern.text_.find_first_not_of('.'));
    while (pattern.text_.ends_with('.')) pattern.text_.pop_back();
  }
  return pattern;
}

bool ModulePattern::matches(std::string_view module) const {
  if (kind_ == Kind::wildcard) return stands_for(text_, module);
  if (text_.empty()) return false;
  return fmt::format(".{}.", module).find("." + text_ + ".") != std::string::npos;
}

std::optional<WeightSpec> Quantization::weights_of(std::string_view module, bool tied) const {
  if (module == "lm_head" && (tied ? !tables : !head)) return {};
  if (any_matches(kept, module)) return {};
  for (const QuantizedModules& group : groups) {
    if (group.modules.empty() || any_matches(group.modules, module)) return group.weights;
  }
  return {};
}

std::optional<WeightSpec> integers(std::uint32_t bits, std::uint32_t group,
                                   std::uint32_t group_bits) {
  if (bits == 0 || bits > 8) return {};
  WeightSpec weights{bits > 4 ? NumberFormat::int8 : NumberFormat::int4, group,
                     group == 0 ? 16 : group_bits};
  if (bits != 4 && bits != 8) weights.mean_bits = bits;
  return weights;
}

std::string counts_as(std::string_view name, NumberFormat format) {
  return fmt::format(
      "{} weights count as {}: their bytes are exact, products are those of whole numbers", name,
      name_of(format));
}

WeightSpec parse_weights(const std::string& text, const std::string& option) {
  std::vector<std::string> parts;
  boost::split(parts, text, [](char c) { return c == ','; });
  ReadContext context;
  Node node;
  node.kind = Node::Kind::map;
  node.mark = {option, 0, 0};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (i > 0 && equals == std::string::npos) {
      context.problems.add(node.mark, "", fmt::format("'{}' has no '='", parts[i]),
                           "write FORMAT[,group=N][,group_bits=N][,mean_bits=X]");
      continue;
    }
    Node value =
        Node::of_text(equals == std::string::npos ? parts[i] : parts[i].substr(equals + 1));
    value.mark = node.mark;
    node.entries.push_back(
        {equals == std::string::npos ? "format" : parts[i].substr(0, equals), node.mark, value});
  }
  return read_document<WeightSpec>(node, context);
}

std::string text_of(const WeightSpec& weights) {
  std::string text(name_of(weights.format));
  if (weights.group != 0) text += fmt::format(" in groups of {}", weights.group);
  if (weights.bits() != bits_of(weights.format)) {
    text += fmt::format(", {:.4g} bits a weight", weights.bits());
  }
  return text;
}

}  // namespace tritsim
