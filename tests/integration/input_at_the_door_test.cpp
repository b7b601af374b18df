// Whatever is typed, set or named that is not what it should be ends in one clear line and the right status: every row
// of input_at_the_door.txt, as a real process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "cluster/topology.hpp"
#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using testing::HasSubstr;
using testing_support::Process;
using testing_support::ProcessOptions;
using testing_support::ProcessResult;
using testing_support::run_process;
using testing_support::TemporaryFolder;

/// What hangs is killed after this.
constexpr std::chrono::seconds patience{20};
/// So that no test takes long.
constexpr std::size_t rows_in_a_test = 30;
constexpr std::size_t line_length_max = 1000;

struct Row {
  std::size_t line;
  std::string status;
  std::vector<std::string> words;
  std::string command;
};

struct Part {
  std::string name;
  std::string group;
  std::vector<Row> rows;
  /// As the test's name shows it.
  friend void PrintTo(const Part& part, std::ostream* out) { *out << part.name; }
};

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, at);) {
    if (!trimmed(part).empty()) {
      parts.push_back(trimmed(part));
    }
  }
  return parts;
}

Row row_from(std::size_t number, const std::string& line) {
  const std::size_t first = line.find(" | ");
  const std::size_t second = first == std::string::npos ? first : line.find("| ", first + 3);
  if (second == std::string::npos) {
    throw std::runtime_error("input_at_the_door.txt: line " + std::to_string(number) + " is no row");
  }
  return {number, line.substr(0, first), split(line.substr(first + 3, second - first - 3), ';'),
          line.substr(second + 2)};
}

std::vector<Part> read_table() {
  std::ifstream file(ROBIN_SOURCE_DIR "/tests/integration/input_at_the_door.txt");
  std::vector<Part> parts;
  std::string group;
  std::size_t number = 0;
  int part = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with('[')) {
      group = line.substr(1, line.size() - 2);
      part = 0;
    } else if (!line.empty() && !line.starts_with('#')) {
      if (part == 0 || parts.back().rows.size() == rows_in_a_test) {
        parts.push_back({group + "_" + std::to_string(++part), group, {}});
      }
      parts.back().rows.push_back(row_from(number, line));
    }
  }
  return parts;
}

/// A port of 127.0.0.1 where somebody answers each connection; or, bound but not listening, where nobody does.
class Port {
 public:
  explicit Port(std::function<void(int)> answer) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the sockets API
    if (bind(socket_, any, size) != 0 || getsockname(socket_, any, &size) != 0) {
      throw std::runtime_error("no port to bind");
    }
    number_ = ntohs(address.sin_port);
    if (answer) {
      listen(socket_, 16);
      thread_ = std::jthread([this, answer = std::move(answer)](const std::stop_token& stop) { serve(answer, stop); });
    }
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() {
    thread_ = {};
    close(socket_);
  }
  [[nodiscard]] std::string text() const { return std::to_string(number_); }

 private:
  void serve(const std::function<void(int)>& answer, const std::stop_token& stop) const {
    constexpr int look_ms = 20;
    while (!stop.stop_requested()) {
      pollfd waiting{socket_, POLLIN, 0};
      if (poll(&waiting, 1, look_ms) == 1) {
        const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        answer(connection);
        shutdown(connection, SHUT_WR);
        close(connection);
      }
    }
  }

  int socket_;
  int number_ = 0;
  std::jthread thread_;
};

void say(int connection, const std::string& text) {
  static_cast<void>(send(connection, text.data(), text.size(), MSG_NOSIGNAL));
}

/// What has come until `end` has, or nothing more does.
std::string heard(int connection, const std::string& end) {
  constexpr int look_ms = 2000;
  std::string all;
  std::array<char, 4096> piece{};
  pollfd waiting{connection, POLLIN, 0};
  while (all.find(end) == std::string::npos && poll(&waiting, 1, look_ms) == 1) {
    const ssize_t size = recv(connection, piece.data(), piece.size(), 0);
    if (size <= 0) {
      break;
    }
    all.append(piece.data(), static_cast<std::size_t>(size));
  }
  return all;
}

void babble(int connection) {
  say(connection, "SSH-2.0-door\r\n");
  static_cast<void>(heard(connection, "\n"));
}

void answer_by_http(int connection) {
  static const std::map<std::string, std::string> bodies = {
      {"nothing", "{}"},
      {"list", "[]"},
      {"null", "null"},
      {"text", "just words"},
      {"deep", std::string(100'000, '[')},
      {"nonsense",
       R"({"items":[1,"x",null,{"id":"x","state":7,"running":3}],"next":"x","searches":{},"search":"x","detail":3})"},
      {"refusal", R"({"status":400,"detail":"colour: is none of this"})"}};
  const std::string request = heard(connection, "\r\n\r\n");
  const auto words = split(request.substr(0, request.find('\r')), ' ');
  const auto path = words.size() > 1 ? split(words[1], '/') : std::vector<std::string>();
  const auto body = bodies.find(path.empty() ? "" : path.front());
  if (body == bodies.end()) {
    return say(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  say(connection, std::string("HTTP/1.1 ") + (body->first == "refusal" ? "400 Bad Request" : "200 OK") +
                      "\r\nContent-Length: " + std::to_string(body->second.size()) + "\r\nConnection: close\r\n\r\n" +
                      body->second);
}

class InputAtTheDoor : public testing::TestWithParam<Part> {
 protected:
  InputAtTheDoor() { testing_support::unset_our_variables(); }

  void make_files(const std::string& group) {
    const auto write = [this](const std::string& name, const std::string& text) {
      std::ofstream(folder_.file(name), std::ios::binary) << text;
    };
    std::filesystem::create_directory(folder_.file("folder"));
    write("empty", "");
    write("words.txt", "just words\n");
    std::string binary;
    for (int byte = 0; byte < 256; ++byte) {
      binary += static_cast<char>(byte);
    }
    write("binary", binary);
    write("huge", "");
    std::filesystem::resize_file(folder_.file("huge"), std::uintmax_t{8} << 30U);
    // Who replaces the device by a file replaces this.
    std::filesystem::create_symlink("/dev/full", folder_.file("full"));
    ASSERT_EQ(mkfifo(folder_.file("pipe").c_str(), 0600), 0);
    write("twice.env", "ROBIN_POLL_MS=1\nROBIN_POLL_MS=2\n");
    write("bad.env", "ROBIN_DATABASE_URL=postgresql://u:p@a/b\nROBIN_AMQP_URL=amqp://u:p@a/b\nROBIN_POLL_MS=x\n");
    if (group == "certificates") {
      make_certificates(write);
    }
    if (group == "certificates" || group == "stores") {
      make_stores(write);
    }
  }

  using Write = std::function<void(const std::string&, const std::string&)>;

  static void make_certificates(const Write& write) {
    const auto file = [](const std::string& threshold, const std::string& certificate, const std::string& blocks) {
      return R"({"format":"robin certificate 1","threshold":)" + threshold + R"(,"certificate":)" + certificate +
             R"(,"blocks":)" + blocks + "}\n";
    };
    const auto of_blocks = [&file](const std::string& blocks) {
      return file(R"("1.767")", R"({"digest":""})", blocks);
    };
    const auto of_block = [&of_blocks](const std::string& begin, const std::string& end, const std::string& extras) {
      return of_blocks(R"([{"begin":)" + begin + R"(,"end":)" + end + R"(,"candidates":1,"digest":"x","extras":)" +
                       extras + "}]");
    };
    write("deep.json", std::string(100'000, '['));
    write("list.json", "[]");
    write("object.json", "{}");
    write("truncated.json", of_blocks("[]").substr(0, 60));
    write("another.json", R"({"format":"robin certificate 2"})");
    write("threshold.json", file(R"("nan")", R"({"digest":""})", "[]"));
    write("head.json", file(R"("1.767")", "[1]", "[]"));
    write("digest.json", file(R"("1.767")", R"({"digest":3})", "[]"));
    write("blocks.json", of_blocks(R"({"a":1})"));
    write("nothing.json", of_blocks("[]"));
    write("begin.json", of_block("-1", "10", "{}"));
    write("wide.json", of_block("2", "\"" + std::string(60, '9') + "\"", "{}"));
    write("extras.json", of_block("2", "10", R"({"primes":[1]})"));
    write("backwards.json", of_block("10", "2", "{}"));
    write("strange.json", of_block("2", "4000000", R"({"primes":"x","sums":"\u0000","slices":"1 2 3"})"));
    write("end.json", of_block("9000000000000000000", "9300000000000000000", "{}"));
  }

  void make_stores(const Write& write) {
    const auto succeed = [this](const std::vector<std::string>& command) {
      const auto result = run_process(command, options());
      ASSERT_EQ(result.status, 0) << command.front() << ": " << result.error;
    };
    const std::string robin = ROBIN_BIN "/robin";
    succeed({robin, "run", "--strategy", "exhaustive", "--begin", "2", "--end", "20000", "--store", "exhaustive.db"});
    succeed(
        {robin, "run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "200000", "--store", "proof.db"});
    succeed({"sqlite3", "other.db", "CREATE TABLE theirs (x)"});
    succeed({"sqlite3", "newer.db", "PRAGMA application_id=1919902313; PRAGMA user_version=99; CREATE TABLE t (x)"});
    std::ifstream whole(folder_.file("exhaustive.db"), std::ios::binary);
    write("cut.db", std::string(std::istreambuf_iterator<char>(whole), {}).substr(0, 5000));
    for (const auto& [name, change] :
         {std::pair("threshold.db", "UPDATE searches SET threshold = 'x'"),
          std::pair("position.db", "UPDATE searches SET begin_at = replace(begin_at, '0', '/')"),
          std::pair("strategy.db", "UPDATE searches SET strategy = 'nosuch'"),
          std::pair("extras.db", "PRAGMA ignore_check_constraints = 1; UPDATE searches SET origin = '{'")}) {
      std::filesystem::copy_file(folder_.file("proof.db"), folder_.file(name));
      succeed({"sqlite3", name, change});
    }
  }

  [[nodiscard]] ProcessOptions options() const {
    ProcessOptions options;
    options.working_directory = folder_.path();
    options.patience = patience;
    return options;
  }

  /// The number of a port for its name.
  [[nodiscard]] std::optional<std::string> port(const std::string& name) const {
    const auto found = ports_.find(name);
    return found == ports_.end() ? std::nullopt : std::optional(found->second->text());
  }

  /// The words of a row's command, as the table's head says.
  [[nodiscard]] std::vector<std::string> words_of(const std::string& command) const {
    std::vector<std::string> words;
    std::optional<std::string> word;
    bool is_quoted = false;
    for (std::size_t i = 0; i < command.size(); ++i) {
      const char c = command[i];
      if (c == ' ' && !is_quoted) {
        if (word) {
          words.push_back(*std::exchange(word, std::nullopt));
        }
        continue;
      }
      word = word.value_or("");
      if (c == '\'') {
        is_quoted = !is_quoted;
      } else if (c == '\\') {
        const char escaped = command.at(++i);
        if (escaped == 'x') {
          *word += static_cast<char>(std::stoi(command.substr(i + 1, 2), nullptr, 16));
          i += 2;
        } else {
          *word += escaped == 'n' ? '\n' : '\x1b';
        }
      } else if (c == '{') {
        const std::size_t end = command.find('}', i);
        *word += unfolded(command.substr(i + 1, end - i - 1));
        i = end;
      } else {
        *word += c;
      }
    }
    if (word) {
      words.push_back(*word);
    }
    return words;
  }

  [[nodiscard]] std::string unfolded(const std::string& braces) const {
    if (const auto number = port(braces)) {
      return *number;
    }
    const std::size_t star = braces.rfind('*');
    std::string text;
    for (int i = 0; i < std::stoi(braces.substr(star + 1)); ++i) {
      text += braces.substr(0, star);
    }
    return text;
  }

  struct Start {
    std::vector<std::string> arguments;
    ProcessOptions options;
  };
  [[nodiscard]] Start start_of(const Row& row) const {
    Start start{words_of(row.command), options()};
    auto& words = start.arguments;
    bool has_stdout = true;
    for (std::size_t equals = 0; (equals = words.front().find('=')) != std::string::npos; words.erase(words.begin())) {
      const std::string name = words.front().substr(0, equals);
      const std::string value = words.front().substr(equals + 1);
      if (name != "STDOUT") {
        start.options.environment[name] = value;
      } else if (value == "closed") {
        has_stdout = false;
      } else {
        start.options.stdout_path = value;
      }
    }
    words.front() = ROBIN_BIN "/" + words.front();
    if (!has_stdout) {
      words.insert(words.begin(), {"sh", "-c", R"(exec "$@" >&-)", "sh"});
    }
    return start;
  }

  /// Names and sizes.
  [[nodiscard]] std::map<std::string, std::uintmax_t> files() const {
    std::map<std::string, std::uintmax_t> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      all[entry.path().string()] = entry.is_regular_file() ? entry.file_size() : 0;
    }
    return all;
  }

  /// What must be said, with the numbers of the ports.
  [[nodiscard]] std::vector<std::string> expected_words(const Row& row) const {
    std::vector<std::string> words = row.words;
    for (std::string& word : words) {
      for (const auto& [name, port] : ports_) {
        const std::string braces = "{" + name + "}";
        if (const std::size_t at = word.find(braces); at != std::string::npos) {
          word.replace(at, braces.size(), port->text());
        }
      }
    }
    return words;
  }

  void expect_words(const Row& row, const std::string& said) const {
    for (const std::string& word : expected_words(row)) {
      EXPECT_THAT(said, HasSubstr(word));
    }
    EXPECT_THAT(said, testing::Not(HasSubstr("s3cret")));
    EXPECT_THAT(said, testing::Not(HasSubstr("broken contract")));
  }

  static void expect_one_line(const std::string& error) {
    std::istringstream lines(error);
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
      count += line.starts_with('{') ? 0 : 1;
      EXPECT_LE(line.starts_with('{') ? 0 : line.size(), line_length_max);
      EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }));
    }
    EXPECT_EQ(count, 1) << error;
  }

  void expect_refusal(const Row& row) const {
    const auto before = files();
    const Start start = start_of(row);
    const ProcessResult result = run_process(start.arguments, start.options);
    EXPECT_EQ(std::to_string(result.status), row.status) << result.error;
    expect_words(row, result.error + result.output);
    if (row.status == "0" || row.status == "4") {
      EXPECT_EQ(result.error, "") << "what is answered needs no word on stderr";
    } else {
      EXPECT_EQ(result.output, "");
      expect_one_line(result.error);
    }
    EXPECT_EQ(files(), before) << "nothing was written";
  }

  void expect_waiting(const Row& row) const {
    const Start start = start_of(row);
    Process service(start.arguments, start.options);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto words = expected_words(row);
    const auto has_said_all = [&] {
      const std::string said = service.standard_error();
      return std::all_of(words.begin(), words.end(),
                         [&said](const std::string& word) { return said.find(word) != std::string::npos; });
    };
    while (!has_said_all() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // between two looks at a condition
    }
    service.signal(SIGTERM);
    EXPECT_EQ(service.wait(patience), 0);
    expect_words(row, service.standard_error());
  }

  TemporaryFolder folder_;
  const std::map<std::string, std::shared_ptr<Port>> ports_ = {{"closed", std::make_shared<Port>(nullptr)},
                                                               {"babble", std::make_shared<Port>(babble)},
                                                               {"http", std::make_shared<Port>(answer_by_http)}};
};

TEST_P(InputAtTheDoor, IsAnsweredOrRefusedInOneLine) {
  make_files(GetParam().group);
  if (HasFatalFailure()) {
    return;
  }
  for (const Row& row : GetParam().rows) {
    SCOPED_TRACE("input_at_the_door.txt:" + std::to_string(row.line) + ": " + row.command);
    row.status == "waits" ? expect_waiting(row) : expect_refusal(row);
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, InputAtTheDoor, testing::ValuesIn(read_table()),
                         [](const auto& instance) { return instance.param.name; });

/// All commands, as the help names them, with the flags of each.
void flags_below(const std::vector<std::string>& command, std::map<std::string, std::set<std::string>>& flags) {
  auto ask = command;
  ask.front() = ROBIN_BIN "/" + ask.front();
  ask.emplace_back("--help");
  std::string name;
  for (const auto& word : command) {
    name += (name.empty() ? "" : " ") + word;
  }
  std::istringstream help(run_process(ask).output);
  bool has_commands = false;
  for (std::string line; std::getline(help, line);) {
    has_commands = (has_commands || line == "Subcommands:") && !line.starts_with("Examples:");
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (has_commands && line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
      auto below = command;
      below.push_back(word);
      flags_below(below, flags);
    } else if (line.starts_with("  -") && word != "-h,--help" && word != "--version") {
      flags[name].insert(word.substr(word.find("--")));
    }
  }
}

TEST(InputAtTheDoorTable, HasEveryFlagOfEveryProgram) {
  std::map<std::string, std::set<std::string>> flags;
  flags_below({"robin"}, flags);
  for (const auto& service : cluster::services_by_stop()) {
    flags_below({"robin-" + service}, flags);
  }
  EXPECT_GE(flags.size(), 25U);
  std::string all;
  for (const Part& part : read_table()) {
    for (const Row& row : part.rows) {
      all += " " + row.command + " \n";
    }
  }
  // What every service has is tried with one.
  std::set<std::string> of_all;
  std::set_intersection(flags["robin-auditor"].begin(), flags["robin-auditor"].end(), flags["robin-consumer"].begin(),
                        flags["robin-consumer"].end(), std::inserter(of_all, of_all.end()));
  for (const auto& [command, names] : flags) {
    const bool is_service = command.starts_with("robin-");
    for (const auto& name : names) {
      std::istringstream rows(all);
      bool is_tried = false;
      for (std::string row; std::getline(rows, row);) {
        const bool is_command = row.find(" " + command + " ") != std::string::npos ||
                                (is_service && of_all.contains(name) && row.find(" robin-") != std::string::npos);
        const bool is_named = row.find(" " + name + " ") != std::string::npos ||
                              row.find(" " + name + "=") != std::string::npos ||
                              (name == "--output" && row.find(" -o ") != std::string::npos);
        is_tried = is_tried || (is_command && is_named);
      }
      EXPECT_TRUE(is_tried) << command << " " << name << " has no row in input_at_the_door.txt";
    }
  }
}

}  // namespace
}  // namespace robin
