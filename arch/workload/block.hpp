// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/base/expression.hpp"
#include "arch/workload/op_kind.hpp"
#include "arch/workload/weight_spec.hpp"

// The parts of a model description, as a file has them: docs/models.md.
namespace tritsim {

/// An entry of a block: an op, or the ops of another block.
struct BlockOp {
  std::optional<OpKind> op;
  std::optional<std::string> use;                         ///< name of a block
  std::optional<std::map<std::string, Expression>> with;  ///< dimensions of the used block
  std::string name;                            ///< of its result, or what a used block's begin with
  std::optional<std::vector<std::string>> in;  ///< names of results; none: the result before
  std::optional<Expression> width;             ///< elements of the result
  std::optional<std::vector<Expression>> widths;  ///< of several results: NAME.0, NAME.1 ...
  std::optional<std::string> weights;             ///< name of a format
  std::optional<std::string> cache;               ///< name of a format
  std::optional<Expression> rows;
  std::optional<Expression> heads;
  std::optional<Expression> kv_heads;
  std::optional<Expression> window;
  std::optional<Expression> experts;
  std::optional<Expression> chosen;
  std::optional<Expression> own_input;
  std::optional<Expression> state;
  std::optional<Expression> taps;
  std::optional<std::string> keeps;       ///< name of a format
  std::optional<std::string> popularity;  ///< name of a list
  std::optional<Expression> adds;
  std::optional<Expression> multiplies;
  std::optional<Expression> reads;
  std::optional<Expression> writes;
  std::optional<Expression> passes;
  std::optional<std::string> instruction;
  std::optional<std::string> task;
  std::optional<Expression> bias;
  std::optional<Expression> when;
  std::optional<std::string> shares;

  bool operator==(const BlockOp&) const = default;

  /// All expressions in it.
  [[nodiscard]] std::vector<const Expression*> expressions() const;

  /// The names of formats in it.
  [[nodiscard]] std::vector<const std::string*> formats() const;

  template <class Io>
  void fields(Io& io) {
    io.optional("op", op, "kind of op; or give use");
    io.optional("use", use, "name of a block whose ops stand here");
    io.optional("with", with, "dimensions that have other values in the used block");
    io.optional("name", name,
                "name of the op and of its result, unique in the block; of a used block: what the "
                "names of its ops begin with; left out: nothing");
    io.optional("in", in,
                "results that it reads, by name; input is what the block reads; left out: the "
                "result of the entry before");
    io.optional("width", width, "elements of the result; left out: those of the first input");
    io.optional("widths", widths,
                "elements of each of several results, which are named NAME.0, NAME.1 ...");
    io.optional("weights", weights, "format of the weights, a name of formats");
    io.optional("cache", cache, "format of keys and values, a name of formats");
    io.optional("rows", rows, "rows of the table of an embedding");
    io.optional("heads", heads, "query heads of an attention; heads that a head_norm is for");
    io.optional("kv_heads", kv_heads, "key and value heads of an attention; left out: as heads");
    io.optional("window", window,
                "positions that an attention keeps, the present token included; 0: all");
    io.optional("experts", experts, "stored experts of an expert_linear");
    io.optional("chosen", chosen, "experts of a token, of an expert_linear or a top_k");
    io.optional("own_input", own_input,
                "1: each chosen expert reads its own part of the input, as made by another "
                "expert_linear; 0: all read all of it");
    io.optional("state", state, "numbers that a scan keeps of a sequence");
    io.optional("taps", taps, "tokens that a convolution is over, the present one included");
    io.optional("keeps", keeps,
                "format of what a scan or a convolution keeps, a name of formats; left out: fp32");
    io.optional("popularity", popularity,
                "how often each expert is chosen, a name of popularity; left out: all equally");
    io.optional("adds", adds, "additions of a custom op");
    io.optional("multiplies", multiplies, "multiplications of a custom op");
    io.optional("reads", reads, "bytes that a custom op reads from memory besides its inputs");
    io.optional("writes", writes, "bytes that a custom op writes to memory besides its result");
    io.optional("passes", passes, "passes of a custom op over its result; left out: 1");
    io.optional("instruction", instruction,
                "instruction that a core does a custom op by, e.g. mul; left out: no core does it");
    io.optional("task", task,
                "NAME of the host's task custom.NAME for a custom op; left out: custom");
    io.optional("bias", bias, "1: a product adds a stored vector");
    io.optional("when", when,
                "the entry counts where this is not 0; elsewhere its name stands for its first "
                "input, unless another entry has the name");
    io.optional("shares", shares, "name of the op whose stored numbers it uses");
  }

  void check(Checker& c) const;
};

/// So many blocks of a kind, one after the other.
struct PatternRun {
  std::string block;
  Expression times{1};

  bool operator==(const PatternRun&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("block", block, "name of a block");
    io.optional("times", times, "how many follow each other");
  }
};

/// Blocks, and what they are made of.
struct BlockSet {
  std::map<std::string, Expression> dimensions;
  std::map<std::string, WeightSpec> formats;
  std::map<std::string, std::vector<double>> popularity;
  std::vector<BlockOp> start;
  std::map<std::string, std::vector<BlockOp>> blocks;
  std::vector<PatternRun> pattern;
  std::vector<BlockOp> end;

  bool operator==(const BlockSet&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional(
        "dimensions", dimensions,
        "named counts: numbers, or expressions over others; layers is the number of blocks");
    io.optional("formats", formats, "how numbers are stored, by the names that ops use");
    io.optional("popularity", popularity,
                "how often each expert of a mixture is chosen, counts or shares, by the names that "
                "ops use; an empty list: all equally",
                between(0, 1e15));
    io.optional("start", start, "ops before the first block");
    io.optional("blocks", blocks, "ops of each kind of block");
    io.optional("pattern", pattern,
                "the blocks of the model, begun again until there are layers of them");
    io.optional("end", end, "ops behind the last block");
  }
};

/// Blocks that models include.
struct BlockFile {
  static constexpr std::string_view kind = "blocks";

  std::string about;
  BlockSet set;

  bool operator==(const BlockFile&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("about", about, "what the blocks are, and where they are published");
    set.fields(io);
  }
};

}  // namespace tritsim
