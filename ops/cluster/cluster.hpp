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
  /// This program, which the supervisor is, too.
  std::filesystem::path program;
  unsigned savers = 1;
  /// Services that are left out, separated by blanks.
  std::string without;
  /// What is passed on to SERVICE, each NAME=VALUE.
  std::vector<std::string> for_producer;
  std::vector<std::string> for_consumer;
  std::vector<std::string> for_saver;

  /// As robin-cluster's usage says. Throws Error for a number that is none.
  [[nodiscard]] static ClusterSettings from_environment();
};

class Cluster {
 public:
  Cluster(std::filesystem::path folder, ClusterSettings settings, Lifetime lifetime = Lifetime::OfItsOwn,
          ServerSet::BetweenLooks between_looks = {});

  /// All of it, with so many consumers; stops what came when it fails. Throws Error, and what `between_looks` throws.
  void start(unsigned consumers);
  /// Returns when there are so many and the others have ended. Throws Error if no cluster runs there.
  void scale(const std::string& service, unsigned count);
  /// Services in order, then the servers, then the folder.
  void stop();

  /// Where everything is, for people.
  [[nodiscard]] std::string explanation(unsigned consumers) const;
  /// How to go on with it.
  [[nodiscard]] std::string explanation_of_keeping() const;

 private:
  void start_unguarded(unsigned consumers);
  void migrate() const;
  void make_database_users() const;
  void configure(unsigned consumers) const;
  void launch_supervisor() const;
  void settle_gateway() const;
  void write_env(const std::string& name, const std::vector<std::string>& lines) const;
  /// Of a setting, as that user.
  [[nodiscard]] std::string address_of(const std::string& setting, const std::string& user) const;
  [[nodiscard]] bool has(const std::string& service) const;

  ClusterSettings settings_;
  Lifetime lifetime_;
  ServerSet::BetweenLooks between_looks_;
  ServerSet servers_;
};

}  // namespace robin::cluster
