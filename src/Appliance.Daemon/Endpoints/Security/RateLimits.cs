using System.Threading.RateLimiting;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Microsoft.AspNetCore.RateLimiting;

namespace Appliance.Daemon.Endpoints.Security;

/// <summary>How much one client may ask: all requests, and those that cost a password hash or an inference.</summary>
internal static class RateLimits
{
    public const string Costly = "costly";

    public static void Configure(RateLimiterOptions limiter, ApiOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetTokenBucketLimiter(Caller.AddressOf(http), _ => Bucket(options.RequestsPerMinute)));
        limiter.AddPolicy(Costly, http =>
            RateLimitPartition.GetTokenBucketLimiter(Caller.AddressOf(http), _ => Bucket(options.CostlyRequestsPerMinute)));
        limiter.OnRejected = async (rejected, cancel) =>
        {
            var pause = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            await Problems.SlowDown(rejected.HttpContext, pause, "Too many requests from this address.").ExecuteAsync(rejected.HttpContext);
        };
    }

    // The whole minute may come at once, then it refills every second: a page that loads ten things is no attack.
    private static TokenBucketRateLimiterOptions Bucket(int perMinute)
    {
        var perPeriod = Math.Max(1, perMinute / 60);
        return new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 * perPeriod / perMinute),
            AutoReplenishment = true,
            QueueLimit = 0,
        };
    }
}
