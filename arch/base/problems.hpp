// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tritsim {

/// A place in an input file; line and column count from 1, 0 means "the file as a whole".
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One thing that is wrong with an input: where, what, and what to do about it.
struct Problem {
  Mark mark;
  std::string path;    ///< dotted key path inside the document, e.g. `cores.0.core.clock`
  std::string what;    ///< what is wrong
  std::string remedy;  ///< what to do; may be empty

  /// `file:line:col: path: what; remedy`
  [[nodiscard]] std::string text() const;
};

/// Collects every problem of a document, so that all are reported at once.
class Problems {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }

  void add(const Mark& mark, std::string path, std::string what, std::string remedy = {}) {
    add({mark, std::move(path), std::move(what), std::move(remedy)});
  }

  [[nodiscard]] bool empty() const { return problems_.empty(); }

  [[nodiscard]] std::size_t size() const { return problems_.size(); }

  /// As they were found.
  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }

  /// Sorted by file, line and column; equal places keep the order of finding.
  [[nodiscard]] std::vector<Problem> sorted() const;

  /// Throws ConfigError with all problems, if there are any.
  void raise() const;

 private:
  std::vector<Problem> problems_;
};

/// Input that cannot be used. what() holds one line per problem.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Problem> problems);

  /// A single problem that belongs to no place in a file.
  explicit ConfigError(const std::string& text);

  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// The candidate nearest to `word` by edit distance, upper and lower case being the same, or empty
/// if none is near enough to suggest.
[[nodiscard]] std::string nearest(const std::string& word,
                                  const std::vector<std::string>& candidates);

/// Remedy for a word that is not one of `candidates`: "did you mean 'x'?", or, if none is near,
/// "the kinds are: x, y" with `they_are` for "the kinds are".
[[nodiscard]] std::string suggestion(const std::string& word,
                                     const std::vector<std::string>& candidates,
                                     std::string_view they_are);

}  // namespace tritsim
