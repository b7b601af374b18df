#include "support/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace robin::testing_support {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path capture_file(const char* stream) {
  static std::atomic<int> count = 0;
  return std::filesystem::temp_directory_path() /
         ("robin-" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" + stream);
}

void redirect(int to, const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (descriptor < 0 || dup2(descriptor, to) < 0) {
    _exit(126);
  }
}

[[noreturn]] void become(const std::vector<std::string>& arguments, const ProcessOptions& options,
                         const std::string& output, const std::string& error) {
  setpgid(0, 0);
  // When the test is killed, what it started is told to end.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  redirect(STDOUT_FILENO, options.stdout_path.empty() ? output : options.stdout_path);
  redirect(STDERR_FILENO, error);
  if (chdir(options.working_directory.c_str()) != 0) {
    _exit(126);
  }
  for (const auto& [name, value] : options.environment) {
    setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child has one thread
  }
  if (options.file_size_max > 0) {
    const rlimit limit{options.file_size_max, options.file_size_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) {
    argv.push_back(
        const_cast<char*>(argument.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast): execvp's type
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const ProcessOptions& options)
    : output_(capture_file("stdout")), error_(capture_file("stderr")), pid_(fork()) {
  if (pid_ < 0) {
    throw std::runtime_error("cannot fork");
  }
  if (pid_ == 0) {
    become(arguments, options, output_, error_);
  }
}

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
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return status_;
}

bool Process::has_ended() const {
  siginfo_t ended{};
  return pid_ < 0 ||
         (waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_);
}

std::string Process::standard_output() const { return contents(output_); }
std::string Process::standard_error() const { return contents(error_); }

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  Process process(arguments, options);
  const int status = process.wait(options.patience);
  return {status, process.standard_output(), process.standard_error()};
}

}  // namespace robin::testing_support
