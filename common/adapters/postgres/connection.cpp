#include "adapters/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <memory>
#include <sstream>
#include <utility>

#include "core/contract.hpp"
#include "core/deadline.hpp"

namespace robin::adapters {
namespace {

using core::Deadline;
using runtime::Cause;
using runtime::Error;
using runtime::Retry;

PGresult* as_result(void* result) { return static_cast<PGresult*>(result); }

/// The first line of what PostgreSQL says, without its newline.
std::string first_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

/// All that it says of the addresses that it tried, a line each, for a name may have several; its hints, which begin
/// with a tab, are left out.
std::string each_line(const char* message) {
  std::istringstream lines(message == nullptr ? "" : message);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != '\t') {
      all.append(all.empty() ? "" : "; ").append(line);
    }
  }
  return all;
}

/// Errors that pass: the connection, resources, an administrator's stop, lost races, timeouts of locks and statements.
bool may_pass(std::string_view state) {
  constexpr std::array<std::string_view, 4> classes = {"08", "53", "57", "40"};
  return state.empty() || state == "55P03" ||
         std::any_of(classes.begin(), classes.end(),
                     [state](std::string_view prefix) { return state.starts_with(prefix); });
}

/// The statement timeout, or an administrator who cancelled it.
constexpr std::string_view statement_is_over = "57014";

/// Errors of what was sent, such as a text that is no number or a broken constraint.
bool is_about_data(std::string_view state) { return state.starts_with("22") || state.starts_with("23"); }

class ParameterPointers {
 public:
  explicit ParameterPointers(const PostgresConnection::Parameters& parameters) {
    for (const auto& parameter : parameters) {
      values_.push_back(parameter ? parameter->c_str() : nullptr);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }

 private:
  std::vector<const char*> values_;
};

using ConnectionOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// Nothing if libpq cannot take the address apart.
ConnectionOptions parsed(const std::string& url) {
  char* error = nullptr;
  ConnectionOptions options(PQconninfoParse(url.c_str(), &error), &PQconninfoFree);
  PQfreemem(error);
  return options;
}

}  // namespace

bool is_database_url(const std::string& url) { return parsed(url) != nullptr; }

std::vector<std::pair<std::string, std::string>> libpq_environment(const std::string& url) {
  const auto options = parsed(url);
  if (options == nullptr) {
    throw Error("ROBIN_DATABASE_URL must be postgresql://user:password@host:port/database");
  }
  std::vector<std::pair<std::string, std::string>> variables;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) {
      continue;
    }
    if (option->envvar == nullptr) {
      throw Error("ROBIN_DATABASE_URL: no variable of libpq stands for the parameter " + std::string(option->keyword) +
                  " (leave it out)");
    }
    variables.emplace_back(option->envvar, option->val);
  }
  return variables;
}

struct PostgresConnection::State {
  explicit State(const PostgresOptions& options) : answer_timeout(options.answer_timeout_ms) {
    const std::string timeout = std::to_string(options.connect_timeout_seconds);
    const std::string settings =
        "-c statement_timeout=" + std::to_string(options.statement_timeout_ms) +
        " -c lock_timeout=" + std::to_string(options.lock_timeout_ms) +
        " -c idle_in_transaction_session_timeout=" + std::to_string(options.idle_in_transaction_timeout_ms) +
        " -c timezone=UTC -c synchronous_commit=on -c client_min_messages=warning"
        // A plan that is costed too high is compiled for longer than it runs.
        " -c jit=off";
    const std::array<const char*, 10> names = {
        "dbname",           "application_name", "connect_timeout", "options", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "client_encoding", nullptr};
    const std::array<const char*, 10> values = {options.url.c_str(),
                                                options.name.c_str(),
                                                timeout.c_str(),
                                                settings.c_str(),
                                                "10",
                                                "5",
                                                "3",
                                                "30000",
                                                "UTF8",
                                                nullptr};
    handle = PQconnectdbParams(names.data(), values.data(), 1);
    ROBIN_ASSERT(handle != nullptr, "there is memory for a connection");
    const char* host = PQhost(handle);
    const char* port = PQport(handle);
    place = "PostgreSQL at " + std::string(host == nullptr ? "?" : host) + ":" + (port == nullptr ? "?" : port);
    // What the server remarks beside its errors is not for stderr, where the log goes.
    PQsetNoticeProcessor(
        handle, [](void* /*nothing*/, const char* /*remark*/) {}, nullptr);
    if (PQstatus(handle) != CONNECTION_OK) {
      const std::string why = each_line(PQerrorMessage(handle));
      PQfinish(handle);
      throw Error(place + ": cannot connect: " + why + " (ROBIN_DATABASE_URL)", Retry::Yes, Cause::Unreachable);
    }
    PQsetnonblocking(handle, 1);
  }
  ~State() { PQfinish(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Takes ownership; throws unless it is a success.
  Rows checked(PGresult* result) const {
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      const char* sqlstate = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const std::string state = sqlstate == nullptr ? "" : sqlstate;
      const bool is_lost = PQstatus(handle) != CONNECTION_OK;
      throw Error(place + ": " +
                      first_line(is_lost || result == nullptr ? PQerrorMessage(handle) : PQresultErrorMessage(result)),
                  is_lost || may_pass(state) ? Retry::Yes : Retry::No,
                  is_lost                      ? Cause::Unreachable
                  : is_about_data(state)       ? Cause::Data
                  : state == statement_is_over ? Cause::Slow
                                               : Cause::Failure);
    }
    return rows;
  }

  [[noreturn]] void fail_to_send() const {
    throw Error(place + ": " + first_line(PQerrorMessage(handle)), Retry::Yes, Cause::Unreachable);
  }

  // The connection does not block; these wait for the server, each for an answer of its own.

  /// Until everything that was asked is on its way.
  void flush() {
    const auto deadline = Deadline::in(answer_timeout);
    for (int left = PQflush(handle); left != 0; left = PQflush(handle)) {
      if (left < 0) {
        fail_to_send();
      }
      wait_for_server(POLLIN | POLLOUT, deadline);
      // An early answer could keep the server from reading on.
      if (PQconsumeInput(handle) != 1) {
        fail_to_send();
      }
    }
  }

  /// The next result, nullptr at the end of a statement's; a broken connection is a result, too.
  [[nodiscard]] PGresult* next_result() {
    const auto deadline = Deadline::in(answer_timeout);
    while (PQisBusy(handle) == 1) {
      wait_for_server(POLLIN, deadline);
      if (PQconsumeInput(handle) != 1) {
        break;
      }
    }
    return PQgetResult(handle);
  }

  void wait_for_server(int events, const Deadline& deadline) {
    pollfd socket{PQsocket(handle), static_cast<short>(events), 0};
    const auto left = std::max(core::SteadyTime::duration::zero(), deadline.at - std::chrono::steady_clock::now());
    if (poll(&socket, 1, static_cast<int>(std::chrono::ceil<core::Milliseconds>(left).count())) == 0) {
      is_silent = true;
      throw Error(place + ": no answer for " + std::to_string(answer_timeout.count() / 1000) + " s", Retry::Yes,
                  Cause::Unreachable);
    }
  }

  /// Whether there were any.
  [[nodiscard]] bool drop_notifications() const {
    bool any = false;
    while (PGnotify* notification = PQnotifies(handle)) {
      PQfreemem(notification);
      any = true;
    }
    return any;
  }

  /// The last result of what was sent, as PQexec() would have it.
  [[nodiscard]] Rows last_result() {
    flush();
    PGresult* last = nullptr;
    try {
      while (PGresult* result = next_result()) {
        PQclear(last);
        last = result;
      }
    } catch (const Error&) {
      PQclear(last);
      throw;
    }
    return checked(last);
  }

  /// Reads up to the end of the pipeline; the first error is kept and thrown at the end.
  [[nodiscard]] std::vector<Rows> pipeline_results(std::size_t count) {
    std::vector<Rows> all;
    std::exception_ptr error;
    for (std::size_t i = 0; i < count; ++i) {
      PGresult* result = next_result();
      if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        PQclear(result);
      } else {
        try {
          all.push_back(checked(result));
        } catch (const Error&) {
          error = error ? error : std::current_exception();
        }
      }
      if (PQstatus(handle) != CONNECTION_OK) {
        break;
      }
      // Nothing more belongs to it, unless that the connection ended just now.
      PGresult* rest = next_result();
      const bool is_over = rest == nullptr;
      PQclear(rest);
      ROBIN_ASSERT(is_over || PQstatus(handle) != CONNECTION_OK, "a statement has one result");
      if (!is_over) {
        break;
      }
    }
    // Only here is it certain that everything was done.
    bool is_closed = false;
    if (PQstatus(handle) == CONNECTION_OK) {
      PGresult* sync = next_result();
      is_closed = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
      PQclear(sync);
      ROBIN_ASSERT(is_closed || PQstatus(handle) != CONNECTION_OK, "a pipeline ends where it was closed");
    }
    if (is_closed) {
      PQexitPipelineMode(handle);
    }
    if (error) {
      std::rethrow_exception(error);
    }
    if (!is_closed || all.size() != count) {
      fail_to_send();
    }
    return all;
  }

  core::Milliseconds answer_timeout;
  /// It may answer late; nobody knows to what.
  bool is_silent = false;
  PGconn* handle = nullptr;
  std::string place;
};

PostgresConnection::PostgresConnection(const PostgresOptions& options) : state_(std::make_unique<State>(options)) {}
PostgresConnection::~PostgresConnection() = default;

PostgresConnection::Rows PostgresConnection::query(const char* sql, const Parameters& parameters) {
  const ParameterPointers pointers(parameters);
  if (PQsendQueryParams(state_->handle, sql, pointers.count(), nullptr, pointers.values(), nullptr, nullptr, 0) != 1) {
    state_->fail_to_send();
  }
  return state_->last_result();
}

void PostgresConnection::execute_script(const std::string& sql) {
  if (PQsendQuery(state_->handle, sql.c_str()) != 1) {
    state_->fail_to_send();
  }
  static_cast<void>(state_->last_result());
}

std::vector<PostgresConnection::Rows> PostgresConnection::pipeline(const std::vector<Statement>& statements) {
  if (statements.empty()) {
    return {};
  }
  if (PQenterPipelineMode(state_->handle) != 1) {
    state_->fail_to_send();
  }
  for (const auto& [sql, parameters] : statements) {
    const ParameterPointers pointers(parameters);
    if (PQsendQueryParams(state_->handle, sql, pointers.count(), nullptr, pointers.values(), nullptr, nullptr, 0) !=
        1) {
      state_->fail_to_send();
    }
  }
  if (PQpipelineSync(state_->handle) != 1) {
    state_->fail_to_send();
  }
  state_->flush();
  return state_->pipeline_results(statements.size());
}

bool PostgresConnection::wait_for_notifications(int wake, std::chrono::milliseconds patience) {
  // What came with the answer to the last statement is already read.
  if (state_->drop_notifications()) {
    return true;
  }
  std::array<pollfd, 2> waiting = {{{PQsocket(state_->handle), POLLIN, 0}, {wake, POLLIN, 0}}};
  poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
  if (waiting[0].revents != 0 && PQconsumeInput(state_->handle) != 1) {
    state_->fail_to_send();
  }
  return state_->drop_notifications();
}

bool PostgresConnection::is_usable() const {
  return !state_->is_silent && PQstatus(state_->handle) == CONNECTION_OK &&
         PQpipelineStatus(state_->handle) == PQ_PIPELINE_OFF;
}

const std::string& PostgresConnection::place() const { return state_->place; }

void PostgresConnection::Rows::Clear::operator()(void* result) const { PQclear(as_result(result)); }

int PostgresConnection::Rows::count() const { return PQntuples(as_result(result_.get())); }

std::string PostgresConnection::Rows::text(int row, int column) const {
  return {PQgetvalue(as_result(result_.get()), row, column),
          static_cast<std::size_t>(PQgetlength(as_result(result_.get()), row, column))};
}

std::int64_t PostgresConnection::Rows::integer(int row, int column) const {
  return std::strtoll(PQgetvalue(as_result(result_.get()), row, column), nullptr, 10);
}

std::optional<std::string_view> PostgresConnection::Rows::cell(int row, int column) const {
  const PGresult* result = as_result(result_.get());
  if (PQgetisnull(result, row, column) != 0) {
    return std::nullopt;
  }
  return std::string_view(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
}

int PostgresConnection::Rows::columns() const { return PQnfields(as_result(result_.get())); }

std::string_view PostgresConnection::Rows::name(int column) const { return PQfname(as_result(result_.get()), column); }

std::size_t PostgresConnection::Rows::changed() const {
  return std::strtoull(PQcmdTuples(as_result(result_.get())), nullptr, 10);
}

PostgresTransaction::~PostgresTransaction() {
  if (open_ && connection_.is_usable()) {
    try {
      connection_.query("ROLLBACK");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the server rolls back when the connection goes
    }
  }
}

std::string shortest(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), static_cast<std::size_t>(end.ptr - digits.data())};
}

void PostgresArray::add(std::string_view value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  append(quoted + "\"");
}

std::string postgres_version() {
  const int version = PQlibVersion();
  return std::to_string(version / 10'000) + "." + std::to_string(version % 10'000);
}

}  // namespace robin::adapters
