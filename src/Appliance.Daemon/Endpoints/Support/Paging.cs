using Appliance.Store;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">Send it as <c>cursor</c> for the next page; null = this was the last.</param>
internal sealed record PageView<T>(IReadOnlyList<T> Items, string? Next);

internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MaxLimit);

    public static PageView<TView> ToView<T, TView>(this Page<T> page, Func<T, TView> view) =>
        new([.. page.Items.Select(view)], page.Next);
}
