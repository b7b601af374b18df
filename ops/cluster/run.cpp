#include "cluster/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <thread>

#include "cluster/files.hpp"
#include "core/deadline.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

namespace fs = std::filesystem;

sigset_t interrupting() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&set, signal);
  }
  return set;
}

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

fs::path make_folder() {
  std::string pattern = (fs::temp_directory_path() / "robin-cluster.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw runtime::Error("cannot make a folder " + pattern);
  }
  // The servers run as users of their own and must get through to their folders.
  fs::permissions(pattern, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  return fs::path(pattern) / "run";
}

/// Prints how long it took, also when it fails.
class Stage {
 public:
  explicit Stage(std::string name) : name_(std::move(name)) { say("== " + name_ + "\n"); }
  ~Stage() {
    const auto span = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin_);
    say("== " + name_ + ": " + std::to_string(span.count()) + " s\n");
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  std::string name_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// What the cluster's own log gets from now on.
class Tail {
 public:
  explicit Tail(fs::path file) : file_(std::move(file)), shown_(text_of(file_).size()) {}
  void show() {
    const std::string text = text_of(file_);
    if (text.size() > shown_) {
      say(text.substr(shown_));
      shown_ = text.size();
    }
  }

 private:
  fs::path file_;
  std::size_t shown_;
};

/// What a shell would say to it: its own lines NAME=VALUE.
std::map<std::string, std::string> variables_of(const fs::path& file) {
  std::map<std::string, std::string> all;
  std::istringstream lines(text_of(file));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    all[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return all;
}

int submit(const ClusterSettings& settings, const fs::path& folder, const std::vector<std::string>& search) {
  std::string line = "== robin submit";
  std::vector<std::string> command = {settings.bin / "robin", "submit"};
  for (const auto& word : search) {
    line += " " + word;
    command.push_back(word);
  }
  command.emplace_back("--wait");
  say(line + " --wait\n");
  ProcessOptions options;
  options.working_directory = fs::current_path();
  options.forget_prefix = "ROBIN_";
  options.environment = variables_of(folder / "operator.env");
  options.streams = Streams::Ours;
  // A terminal sends its Ctrl-C to both of us.
  options.group = Group::Ours;
  Process process(command, options);
  Tail log(folder / "log" / "cluster.log");
  while (true) {
    const auto status = process.status_if_ended();
    log.show();
    if (const int signal = Interruption::take(); signal != 0) {
      if (!status) {
        if (signal != SIGINT) {
          process.signal(SIGTERM);
        }
        process.wait(std::chrono::seconds(10));
      }
      throw Interrupted{signal};
    }
    if (status) {
      return *status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between two looks at a condition
  }
}

/// Stops it at its end, whatever brings that about.
class Stopped {
 public:
  explicit Stopped(Cluster& cluster) : cluster_(cluster) {}
  ~Stopped() {
    say("== stopping the cluster\n");
    try {
      cluster_.stop();
    } catch (const runtime::Error& error) {
      say(std::string("robin-cluster: ") + error.what() + "\n");
    }
  }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  Cluster& cluster_;
};

int run_in(const fs::path& folder, const ClusterSettings& settings, const RunOptions& options) {
  // Of a cluster that is not kept nothing is left even if this process is killed.
  Cluster cluster(folder, settings, options.keep ? Lifetime::OfItsOwn : Lifetime::Ours, Interruption::check);
  {
    const Stage stage("start cluster");
    cluster.start(options.consumers);
  }
  std::optional<Stopped> stopped;
  if (!options.keep) {
    stopped.emplace(cluster);
  }
  say(cluster.explanation(options.consumers));
  const int status = submit(settings, folder, options.search);
  if (options.keep) {
    say(cluster.explanation_of_keeping());
  }
  return status;
}

}  // namespace

int Interrupted::status() const { return 128 + (signal == SIGINT ? SIGINT : SIGTERM); }

Interruption::Interruption() {
  const sigset_t set = interrupting();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int Interruption::take() {
  const sigset_t set = interrupting();
  const timespec at_once{};
  const int signal = sigtimedwait(&set, nullptr, &at_once);
  return signal < 0 ? 0 : signal;
}

void Interruption::check() {
  if (const int signal = take(); signal != 0) {
    throw Interrupted{signal};
  }
}

int run(const ClusterSettings& settings, const RunOptions& options) {
  const fs::path folder = make_folder();
  const auto remove_parent = [&folder] {
    std::error_code ignored;  // it is not empty where the cluster is kept
    fs::remove(folder.parent_path(), ignored);
  };
  RunOptions all = options;
  if (all.search.empty()) {
    all.search = {"--strategy", "exhaustive", "--begin", "2", "--end", "3e9"};
  }
  try {
    const int status = run_in(folder, settings, all);
    remove_parent();
    return status;
  } catch (...) {
    remove_parent();
    throw;
  }
}

}  // namespace robin::cluster
