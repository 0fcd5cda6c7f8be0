using Appliance.Benchmarks;

// Each report prints one table and needs no BenchmarkDotNet; anything else is a filter for BenchmarkDotNet's micro-benchmarks.
if (args.Length > 0 && Reports.All.TryGetValue(args[0], out var report))
    return report(args[1..]);

if (args.Length == 0)
{
    Console.WriteLine($"usage: Appliance.Benchmarks REPORT | --filter PATTERN\nreports: {string.Join(", ", Reports.All.Keys)}");
    return 2;
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Reports).Assembly).Run(args);
return 0;
