#include "cli/load_consumers.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>

#include "adapters/rabbitmq/broker.hpp"
#include "cli/cluster_access.hpp"
#include "cli/exit_status.hpp"
#include "flow/loops/synthetic.hpp"
#include "runtime/error.hpp"
#include "runtime/log.hpp"
#include "runtime/pause.hpp"
#include "runtime/process_facts.hpp"
#include "runtime/service.hpp"
#include "runtime/vitals.hpp"

namespace robin::cli {
namespace {

/// Of results that nobody saves, at the end.
constexpr core::Milliseconds end_patience{10'000};
constexpr std::size_t passages_at_once = 256;
constexpr core::Milliseconds tail_look_interval{50};

/// Gathers passages and writes them to standard output, many at once.
class PassageWriter {
 public:
  PassageWriter() = default;
  ~PassageWriter() { write_out(); }
  PassageWriter(const PassageWriter&) = delete;
  PassageWriter& operator=(const PassageWriter&) = delete;

  void add(const Passage& passage) {
    const std::scoped_lock lock(mutex_);
    gathered_.push_back(passage);
    if (gathered_.size() >= passages_at_once) {
      write_out();
    }
  }
  void add_now(const Passage& passage) {
    const std::scoped_lock lock(mutex_);
    gathered_.push_back(passage);
    write_out();
  }

 private:
  void write_out() {
    // A reader that has gone needs nothing any more.
    static_cast<void>(std::fwrite(gathered_.data(), sizeof(Passage), gathered_.size(), stdout));
    static_cast<void>(std::fflush(stdout));
    gathered_.clear();
  }

  std::mutex mutex_;
  std::vector<Passage> gathered_;
};

std::int64_t microseconds_of(std::chrono::system_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

[[noreturn]] void fail(const char* what) {
  throw runtime::Error(std::string("cannot ") + what + " the consumers of the load test");
}

}  // namespace

int serve_load(const LoadConsumers& options, const std::stop_token& stop) {
  const search::Strategies strategies = flow::fleet_strategies();
  const adapters::RabbitmqOptions broker_options = cluster_broker();
  runtime::Log log({.service = "loadtest", .level = runtime::LogLevel::Warn, .file = {}});
  PassageWriter writer;
  std::stop_source abandon;
  std::vector<runtime::Vitals> vitals(options.consumers);
  std::vector<std::jthread> consumers;
  consumers.reserve(options.consumers);
  for (unsigned number = 0; number < options.consumers; ++number) {
    consumers.emplace_back([&, number] {
      runtime::pause(options.ramp * number / options.consumers, stop);
      if (stop.stop_requested()) {
        return;
      }
      const auto broker = adapters::open_rabbitmq_broker(broker_options);
      flow::ComputeOptions compute;
      compute.worker = runtime::host_name() + "/" + std::to_string(getpid()) + "." + std::to_string(number);
      compute.awaiting = options.awaiting;
      compute.vitals = &vitals[number];
      compute.on_moment = [&writer, number](flow::BlockId block, flow::Moment moment,
                                            std::chrono::system_clock::time_point at) {
        writer.add({block.value, microseconds_of(at), static_cast<std::int32_t>(number), moment});
      };
      static_cast<void>(flow::compute(*broker, strategies, compute, log, stop, abandon.get_token()));
    });
  }
  const auto is_connected = [](const runtime::Vitals& of_one) { return of_one.unready().empty(); };
  const auto last = options.ramp > options.ramp.zero() ? std::next(vitals.begin()) : vitals.end();
  while (!stop.stop_requested() && !std::all_of(vitals.begin(), last, is_connected)) {
    runtime::pause(tail_look_interval, stop);
  }
  writer.add_now({});
  while (!stop.stop_requested()) {
    runtime::pause(tail_look_interval, stop);
  }
  const std::jthread until_enough([&abandon](const std::stop_token& ended) {
    runtime::pause(end_patience, ended);
    abandon.request_stop();
  });
  consumers.clear();
  return number(ExitStatus::Done);
}

LoadProcess::LoadProcess(const LoadConsumers& options) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    fail("make a pipe to");
  }
  std::vector<std::string> words = {"robin",      "loadtest",
                                    "--serve",    std::to_string(options.consumers),
                                    "--awaiting", std::to_string(options.awaiting),
                                    "--ramp-ms",  std::to_string(options.ramp.count())};
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int status = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  pipe_ = ends[0];
  if (status != 0) {
    close(pipe_);
    fail("start");
  }
  reader_ = std::jthread([this] { read_all(); });
}

LoadProcess::~LoadProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (reader_.joinable()) {
    reader_.join();
  }
  close(pipe_);
}

void LoadProcess::read_all() {
  std::string rest;
  std::array<char, 64 * sizeof(Passage)> buffer{};
  for (ssize_t size = 0; (size = read(pipe_, buffer.data(), buffer.size())) > 0;) {
    rest.append(buffer.data(), static_cast<std::size_t>(size));
    std::size_t at = 0;
    for (; at + sizeof(Passage) <= rest.size(); at += sizeof(Passage)) {
      Passage passage{};
      std::memcpy(&passage, rest.data() + at, sizeof passage);
      if (passage.block == 0) {
        connected_ = true;
      } else {
        passages_.push_back(passage);
      }
    }
    rest.erase(0, at);
  }
}

void LoadProcess::wait_until_connected(core::Deadline deadline, const std::stop_token& stop) const {
  while (!connected_) {
    if (stop.stop_requested() || deadline.has_passed()) {
      throw runtime::Error(
          "the consumers of the load test do not connect to RabbitMQ (see that it runs, and what ROBIN_AMQP_URL names)",
          runtime::Retry::Yes, runtime::Cause::Unreachable);
    }
    runtime::pause(tail_look_interval, stop);
  }
}

std::vector<Passage> LoadProcess::end() {
  kill(pid_, SIGTERM);
  reader_.join();
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != number(ExitStatus::Done)) {
    throw runtime::Error("the consumers of the load test ended with an error (what they say is above)");
  }
  return std::move(passages_);
}

}  // namespace robin::cli
