#pragma once

// Cluster: a ServerSet and the services on it, kept alive by a supervisor of their own (supervise.hpp), in one folder.
// Like a ServerSet it is a value over that folder.

#include <filesystem>
#include <string>
#include <vector>

#include "cluster/server_set.hpp"

namespace robin::cluster {

struct ClusterSettings {
  /// The folder with the programs.
  std::filesystem::path bin;
  /// This program: the supervisor is started as another process of it.
  std::filesystem::path program;
  unsigned savers = 1;
  /// Services that are left out, separated by blanks.
  std::string without;
  /// The variables, each NAME=VALUE, that are passed on to each service.
  std::vector<std::string> for_producer;
  std::vector<std::string> for_consumer;
  std::vector<std::string> for_saver;

  /// The settings that robin-cluster's usage describes. Throws Error if a number is none.
  [[nodiscard]] static ClusterSettings from_environment();
};

class Cluster {
 public:
  Cluster(std::filesystem::path folder, ClusterSettings settings, Lifetime lifetime = Lifetime::OfItsOwn,
          ServerSet::BetweenLooks between_looks = {});

  /// Starts servers and services, with `consumers` consumers. If that fails, it stops what it started and throws Error,
  /// or what `between_looks` threw.
  void start(unsigned consumers);
  /// Starts or stops processes of a service and returns when `count` of them run. Throws Error if no cluster runs
  /// there.
  void scale(const std::string& service, unsigned count);
  /// Stops the services in their order, then the servers, and removes the folder.
  void stop();

  /// Tells people where everything is.
  [[nodiscard]] std::string explanation(unsigned consumers) const;
  /// Tells people how to go on with a cluster that is kept.
  [[nodiscard]] std::string explanation_of_keeping() const;

 private:
  void start_unguarded(unsigned consumers);
  void migrate() const;
  void make_database_users() const;
  void configure(unsigned consumers) const;
  void launch_supervisor() const;
  void settle_gateway() const;
  void write_env(const std::string& name, const std::vector<std::string>& lines) const;
  /// The address that `setting` has for that user.
  [[nodiscard]] std::string address_of(const std::string& setting, const std::string& user) const;
  [[nodiscard]] bool has(const std::string& service) const;

  ClusterSettings settings_;
  Lifetime lifetime_;
  ServerSet::BetweenLooks between_looks_;
  ServerSet servers_;
};

}  // namespace robin::cluster
