// robin check: the verdict on one number, given in digits or factored.

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "api/witness_view.hpp"
#include "cli/commands.hpp"
#include "cli/paint.hpp"
#include "cli/search_flags.hpp"
#include "math/factor.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "search/witness.hpp"

namespace robin::cli {
namespace {

using api::shown_digits_max;

[[noreturn]] void refuse(const std::string& reason) { throw CLI::ValidationError("N", reason); }

math::Factorization factored(const core::Parsed<math::Factorization>& parsed) {
  const auto* factors = core::accepted(parsed);
  if (factors == nullptr) {
    refuse(core::refusal_reason(parsed));
  }
  return *factors;
}

/// 5040, 1e12 and 2^40 are numbers; what has a star or a run, or is too long for a number, is a factorisation.
math::Factorization read_number(const std::string& text) {
  const auto integer = math::parse_integer(text);
  const auto* n = core::accepted(integer);
  if (n == nullptr) {
    const bool looks_factored = text.find_first_of("*^") != std::string::npos || text.find("..") != std::string::npos;
    if (!looks_factored) {
      refuse(core::refusal_reason(integer));
    }
    return factored(math::Factorization::parse(text));
  }
  if (*n < math::Integer(2)) {
    refuse("n must be at least 2 (log log n needs it)");
  }
  return factored(math::factor(*n));
}

const char* word(math::Verdict verdict) {
  switch (verdict) {
    case math::Verdict::Holds:
      return "holds";
    case math::Verdict::Violates:
      return "violates";
    case math::Verdict::Undecided:
      break;
  }
  return "undecided";
}

std::string sentence(math::Verdict verdict, bool known_exception) {
  switch (verdict) {
    case math::Verdict::Holds:
      return "Robin's inequality holds";
    case math::Verdict::Violates:
      return known_exception ? "violates Robin's inequality: one of the 27 known exceptions (n <= 5040)"
                             : "VIOLATES Robin's inequality with n > 5040: a counterexample to the Riemann Hypothesis";
    case math::Verdict::Undecided:
      break;
  }
  return "undecided at the limit of precision";
}

Paint paint_of(math::Verdict verdict, bool known_exception) {
  return verdict == math::Verdict::Holds                          ? Paint::Good
         : verdict == math::Verdict::Undecided || known_exception ? Paint::Attention
                                                                  : Paint::Bad;
}

ExitStatus status_of(math::Verdict verdict, bool known_exception) {
  if (verdict == math::Verdict::Undecided) {
    return ExitStatus::Failure;
  }
  return verdict == math::Verdict::Violates && !known_exception ? ExitStatus::Violation : ExitStatus::Done;
}

int run_check(const std::string& text, const std::string& output) {
  const Output format = checked_output(output);
  const math::Factorization factors = read_number(text);
  const auto [verdict, ratio] = math::assess(factors, {});
  const auto view = api::view(search::Witness::from(factors, ratio));
  if (format == Output::Json) {
    auto object = api::json_of(view);
    object.erase("known_exception");
    object["verdict"] = word(verdict);
    object["known_exception"] = view.known_exception;
    print(object.dump() + "\n");
  } else {
    const auto shown = [](const std::optional<std::string>& number) {
      return number ? *number : fmt::format("(more than {} digits)", shown_digits_max);
    };
    print(fmt::format("n       {}\n        = {}\nsigma   {}\nratio   in [{}, {}]\nverdict {}\n", shown(view.n),
                      view.factorization, shown(view.sigma), view.ratio_lo, view.ratio_hi,
                      painted(paint_of(verdict, view.known_exception), sentence(verdict, view.known_exception))));
  }
  return number(status_of(verdict, view.known_exception));
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("check", "Decide Robin's inequality for one n");
  struct Flags {
    std::string n;
    std::string output = "text";
  };
  auto flags = std::make_shared<Flags>();
  command->add_option("N", flags->n, "5040, 1e12, 2^40, or a factorisation such as '2^4*3^2*5*7' or '2^3*3..47'")
      ->required();
  add_output(*command, flags->output);
  command->footer("Examples:\n  robin check 5040\n  robin check '2^7*3^4*5^2*7^2*11..47' -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_check(flags->n, flags->output); }; });
}

}  // namespace robin::cli
