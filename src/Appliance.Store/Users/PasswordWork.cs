namespace Appliance.Store.Users;

/// <summary>Password hashing is made to be slow: at most one at a time, so that a flood of logins cannot take the cameras' CPU.</summary>
internal static class PasswordWork
{
    private static readonly SemaphoreSlim s_turn = new(1, 1);

    internal static async Task<T> Run<T>(Func<T> work, CancellationToken cancel)
    {
        await s_turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancel).ConfigureAwait(false);
        }
        finally
        {
            s_turn.Release();
        }
    }
}
