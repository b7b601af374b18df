#include "cluster/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <thread>

#include "cluster/files.hpp"
#include "core/contract.hpp"
#include "runtime/error.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): no header of C++ names it

namespace robin::cluster {
namespace {

std::filesystem::path capture_file(const char* stream) {
  static std::atomic<int> count = 0;
  return std::filesystem::temp_directory_path() /
         ("robin-" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" + stream);
}

/// Whom a child becomes, looked up before the fork.
struct Account {
  uid_t user;
  gid_t group;
  std::vector<gid_t> groups;
};

std::optional<Account> account_of(const std::string& name) {
  if (name.empty()) {
    return std::nullopt;
  }
  const passwd* entry = getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): read at once
  if (entry == nullptr) {
    throw runtime::Error("there is no user " + name + " on this machine");
  }
  Account account{entry->pw_uid, entry->pw_gid, std::vector<gid_t>(NGROUPS_MAX)};
  int count = NGROUPS_MAX;
  if (getgrouplist(name.c_str(), account.group, account.groups.data(), &count) < 0) {
    throw runtime::Error("cannot read the groups of user " + name);
  }
  account.groups.resize(static_cast<std::size_t>(count));
  return account;
}

/// A pipe whose other end holds `text` already; -1 for none.
int pipe_with(const std::string& text) {
  if (text.empty()) {
    return -1;
  }
  constexpr std::size_t capacity = 65536;  // of a pipe; more would wait for a reader that is not there yet
  ROBIN_ASSERT(text.size() <= capacity, "what a child reads fits into a pipe");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw runtime::Error("cannot make a pipe");
  }
  const auto written = write(ends[1], text.data(), text.size());
  close(ends[1]);
  ROBIN_ASSERT(written == static_cast<ssize_t>(text.size()), "an empty pipe takes all of it");
  return ends[0];
}

void redirect(int to, const std::string& path, int how) {
  const int descriptor = open(path.c_str(), how | O_CLOEXEC, 0600);
  if (descriptor < 0 || dup2(descriptor, to) < 0) {
    _exit(126);
  }
}

void forget_variables(const std::string& prefix) {
  std::vector<std::string> names;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (text.starts_with(prefix)) {
      names.push_back(text.substr(0, text.find('=')));
    }
  }
  for (const auto& name : names) {
    unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): the child has one thread
  }
}

struct Start {
  const std::vector<std::string>& arguments;
  const ProcessOptions& options;
  std::string output;
  std::string error;
};

void place(const Start& start, int input) {
  const auto& options = start.options;
  if (input >= 0) {
    dup2(input, STDIN_FILENO);
  }
  if (options.streams == Streams::Logged) {
    redirect(STDOUT_FILENO, options.log_path, O_WRONLY | O_CREAT | O_APPEND);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    if (input < 0) {
      redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    }
  } else if (options.streams == Streams::Collected) {
    redirect(STDOUT_FILENO, options.stdout_path.empty() ? start.output : options.stdout_path,
             O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, start.error, O_WRONLY | O_CREAT | O_TRUNC);
  }
  if (chdir(options.working_directory.c_str()) != 0) {
    _exit(126);
  }
}

void be_someone(const std::optional<Account>& account) {
  if (account && (setgroups(account->groups.size(), account->groups.data()) != 0 ||
                  setresgid(account->group, account->group, account->group) != 0 ||
                  setresuid(account->user, account->user, account->user) != 0)) {
    _exit(126);
  }
}

/// Signals as a process finds them that a shell starts.
void hear_signals() {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
}

[[noreturn]] void become(const Start& start, const std::optional<Account>& account, int input, pid_t parent) {
  const auto& options = start.options;
  if (options.group == Group::Session) {
    setsid();
  } else if (options.group == Group::Own) {
    setpgid(0, 0);
  }
  hear_signals();
  place(start, input);
  be_someone(account);
  if (options.signal_when_we_die != 0) {
    // After the change of user, which would undo it.
    prctl(PR_SET_PDEATHSIG, options.signal_when_we_die);
    if (getppid() != parent) {
      _exit(126);  // it died before we asked
    }
  }
  if (!options.forget_prefix.empty()) {
    forget_variables(options.forget_prefix);
  }
  for (const auto& [name, value] : options.environment) {
    setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child has one thread
  }
  if (options.file_size_max > 0) {
    const rlimit limit{options.file_size_max, options.file_size_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<char*> argv;
  argv.reserve(start.arguments.size() + 1);
  for (const auto& argument : start.arguments) {
    argv.push_back(
        const_cast<char*>(argument.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast): execvp's type
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

pid_t fork_and_become(const Start& start) {
  const auto account = account_of(start.options.user);
  const int input = pipe_with(start.options.input);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    become(start, account, input, parent);
  }
  if (input >= 0) {
    close(input);
  }
  if (child < 0) {
    throw runtime::Error("cannot fork");
  }
  return child;
}

int exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const ProcessOptions& options)
    : output_(capture_file("stdout")),
      error_(capture_file("stderr")),
      pid_(fork_and_become({arguments, options, output_, error_})) {}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove(output_, ignored);
  std::filesystem::remove(error_, ignored);
}

void Process::signal(int number) const {
  if (pid_ > 0) {
    kill(pid_, number);
  }
}

void Process::signal_group(int number) const {
  if (pid_ > 0) {
    kill(-pid_, number);
  }
}

int Process::wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!status_if_ended()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      pid_ = -1;
      return status_;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // between two looks at a condition
  }
  return status_;
}

std::optional<int> Process::status_if_ended() {
  if (pid_ > 0) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == 0) {
      return std::nullopt;
    }
    pid_ = -1;
    status_ = exit_status(status);
  }
  return status_;
}

bool Process::has_ended() const {
  siginfo_t ended{};
  return pid_ < 0 ||
         (waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_);
}

std::string Process::standard_output() const { return text_of(output_); }
std::string Process::standard_error() const { return text_of(error_); }

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  Process process(arguments, options);
  const int status = process.wait(options.patience);
  return {status, process.standard_output(), process.standard_error()};
}

pid_t launch(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  ROBIN_ASSERT(options.streams == Streams::Logged, "nobody is there to ask what it wrote");
  return fork_and_become({arguments, options, {}, {}});
}

}  // namespace robin::cluster
