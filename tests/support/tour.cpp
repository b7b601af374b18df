#include "support/tour.hpp"

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace robin::testing_support {
namespace {

/// Words, and what stands between single quotes.
std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line + ' ') {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!word.empty()) {
        words.push_back(word);
      }
      word.clear();
    } else {
      word += c;
    }
  }
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Whether the lines from `at` on match those shown from `shown_at` on.
bool match(const std::vector<std::string>& lines, std::size_t at, const std::vector<std::string>& shown,
           std::size_t shown_at) {
  if (shown_at == shown.size()) {
    return at == lines.size();
  }
  if (shown[shown_at] == "...") {
    for (std::size_t skip = at; skip <= lines.size(); ++skip) {
      if (match(lines, skip, shown, shown_at + 1)) {
        return true;
      }
    }
    return false;
  }
  return at < lines.size() && lines[at] == shown[shown_at] && match(lines, at + 1, shown, shown_at + 1);
}

}  // namespace

std::vector<TourStep> tour_of(const std::string& file, const std::string& heading) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line) && line != heading) {
  }
  while (std::getline(in, line) && line != "```console") {
  }
  std::vector<TourStep> steps;
  const std::string prompt = "$ robin ";
  while (std::getline(in, line) && line != "```") {
    if (line.starts_with(prompt)) {
      steps.push_back({split(line.substr(prompt.size())), ""});
    } else if (!steps.empty()) {
      steps.back().output += line + "\n";
    }
  }
  if (steps.empty()) {
    throw std::runtime_error("there is no tour below '" + heading + "' in " + file);
  }
  return steps;
}

std::string shape_of(const std::string& text) {
  static const std::vector<std::pair<std::regex, std::string>> rules = {
      {std::regex("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "TIME"},
      // Of a block that was finished before its consumer would have reported its start there is none.
      {std::regex("(\n +started +)-"), "$1TIME"},
      {std::regex("[\\w.-]+/\\d+"), "WORKER"},
      {std::regex("[0-9a-f]{64}"), "DIGEST"},
      // One after the other: how many there are may differ.
      {std::regex("[0-9]+([.,:^*][0-9]+|\\.\\.[0-9]+|\\.\\.\\.)*"), "#"},
      {std::regex("(# )+#"), "#"},
      {std::regex("[ \t]+"), " "},
      {std::regex(" \n"), "\n"},
  };
  std::string shape = text;
  for (const auto& [what, sign] : rules) {
    shape = std::regex_replace(shape, what, sign);
  }
  return shape;
}

bool has_shape(const std::string& actual, const std::string& shown) {
  return match(lines_of(shape_of(actual)), 0, lines_of(shape_of(shown)), 0);
}

}  // namespace robin::testing_support
